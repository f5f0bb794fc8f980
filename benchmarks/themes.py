"""How many comments a second are sorted into themes: ``python benchmarks/themes.py [comments]``.

The comments are made up, 20 words each from the model's own list of common words. Prints comments a second of
processor time and by the clock, how long the model takes to load, and the peak of memory.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survey.comments import guesser, themes

WORDS = 20


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    draw = random.Random(1)
    common = list(guesser.load_vectors().places)[:4000]
    texts = [" ".join(draw.choices(common, k=WORDS)) for _ in range(number)]
    began = time.process_time()
    themes.predict(["first"])
    print(f"loading: {time.process_time() - began:.2f} s of the processor")
    for name, guess in (("themes", themes.predict), ("sentiment", themes.predict_sentiment)):
        clock, worked = time.perf_counter(), time.process_time()
        guess(texts)
        worked, clock = time.process_time() - worked, time.perf_counter() - clock
        print(f"{name}: {number / worked:,.0f}/s of the processor, {number / clock:,.0f}/s by the clock")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

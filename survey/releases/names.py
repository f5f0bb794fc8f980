"""Names that a cue gives away, in English and Spanish: pure.

A title, an introduction, a relation or a signature says that a capitalised word is a name; staff are no
exception. Names without a cue or in small letters are not found, and the survey says so beside the box.
"""

from __future__ import annotations

import re

UPPER = "".join(each for each in map(chr, range(0x41, 0x530)) if each.isupper())
#: Capitalised words that begin a sentence or name no person.
NOT_NAMES = (
    "she|he|they|the|it|we|my|this|that|but|and|very|was|is|has|had|were|are|for|to|in|of|who|with|did"
    "|not|you"
    "|your|our|his|her|there|then|when|what|if|so|at|on|all|everyone|everything|please|thank|thanks|good"
    "|great"
    "|also|again|never|always|after|before|as|an|no|yes|would|could|should|will|can|just|i[’']?m|ella|ellas"
    "|ellos|él|el|la|las|los|lo|muy|pero|es|fue|era|me|mi|nos|nunca|siempre|todo|todos|gracias|cuando|como"
    "|para|por|con|sin|en|un|una|se|si|sí|su|que|esta|está|este|dios|monday|tuesday|wednesday|thursday|friday"
    "|dra?s?|mrs?|ms|mx|sra?|srta|prof|doctora?|señora?"
    "|saturday|sunday|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
BLANK = r"[^\S\n]{1,3}"
TOKEN = rf"(?!(?i:{NOT_NAMES})\b)[{UPPER}](?:\.(?!\w)|[\w’'-]{{1,40}}|(?={BLANK}[{UPPER}]))"
JOINT = rf"(?:(?:de|del|la|las|los|van|von|der|den|da|do|dos|di|du|le|bin|al|y){BLANK}){{0,3}}"
NAME = rf"{TOKEN}(?:{BLANK}{JOINT}{TOKEN}){{0,4}}"
INITIAL = rf"(?![IAYO]\b)[{UPPER}](?![\w’'])"
STAFF = (
    "nurse|therapist|receptionist|psychologist|psychiatrist|counsell?or|hygienist|dentist|physio"
    "|doctora?|professor"
    "|profesora?|enfermer[oa]|terapeuta|recepcionista|psicólog[oa]|psiquiatra|dentista|licenciad[oa]"
    "|consejer[oa]"
)
FAMILY = (
    "husband|wife|son|daughter|mother|mom|mum|father|dad|sister|brother|partner|friend|aunt|uncle|boss"
    "|neighbou?r"
    "|grand(?:mother|father|ma|pa|son|daughter)|hij[oa]|espos[oa]|marido|mujer|madre|padre|mamá|papá"
    "|herman[oa]"
    "|novi[oa]|pareja|amig[oa]|abuel[oa]|ti[oa]|tí[oa]|jef[ea]|vecin[oa]|primo|prima|niet[oa]"
)
TITLES = "dra?s?|mrs?|ms|mx|sra?|srta|prof|lic|fr|rev"
CLOSINGS = (
    "regards|sincerely|yours|best|thanks|thank you|cheers|love|signed|saludos|atentamente|gracias"
    "|firmado|cordialmente"
    "|un abrazo|atte"
)
GIVEN = (
    "(?:first |last |full )?name(?: is|[’']s|:)|nombre(?: completo)?(?: es|:)|apellidos?(?: es|:)"
    "|i am called|soy|call(?:ed|s)? me|named|known as|me llam[oa]n?|se llama|yo soy"
)
#: Each keeps its first group, the cue, and hides what follows.
CUED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(\b(?i:{TITLES})\b\.?{BLANK})(?:{JOINT}{NAME}|{INITIAL})",
        rf"(\b(?i:{TITLES})\.)(?:{NAME}|{INITIAL})",
        rf"(\b(?i:miss|don|doña|señora?|señorita|sir|madam){BLANK}){JOINT}{NAME}",
        rf"(\b(?i:{STAFF}),?{BLANK}){NAME}",
        rf"(\b(?i:my|our|his|her|mi|nuestr[oa]|su){BLANK}(?i:{FAMILY}),?{BLANK}){NAME}",
        rf"(\b(?i:{GIVEN})\s{{1,3}}){NAME}",
        rf"(\b(?i:hi|hello|hola),?{BLANK}(?i:i am|i[’']m|this is|soy|habla){BLANK}){NAME}",
        rf"(\b(?i:i am|i[’']m|this is){BLANK}){TOKEN}{BLANK}{JOINT}{TOKEN}(?:{BLANK}{JOINT}{TOKEN}){{0,3}}",
        rf"(\b(?i:thanks to|gracias a|dear|estimad[oa]|querid[oa]){BLANK}){NAME}",
        rf"(\b(?i:{CLOSINGS})[,:.]?\s{{1,3}}){NAME}(?=\s*\.?\s*\Z)",
    )
)
ENDING = re.compile(
    r"((?:\A|[.!?…)\]]|\n|\b(?i:thanks|thank you|gracias))\s{0,3}[-–—~]{1,2}\s{0,3})"
    rf"{NAME}(?=\s*\.?\s*\Z)"
)
ENDING_OF_TWO = re.compile(
    rf"([-–—~]\s{{0,3}}){TOKEN}{BLANK}{JOINT}{TOKEN}(?:{BLANK}{JOINT}{TOKEN}){{0,3}}(?=\s*\.?\s*\Z)"
)
BULLET = re.compile(r"^\s{0,3}[-–—~]", re.MULTILINE)


def hide_names(text: str, mark: str) -> str:
    """The text with names after a cue replaced; the cue stays."""
    kept = rf"\g<1>{mark}"
    for pattern in CUED:
        text = pattern.sub(kept, text)
    if len(BULLET.findall(text)) <= 1:  # a list of points is not signed
        text = ENDING_OF_TWO.sub(kept, ENDING.sub(kept, text))
    return text

"""Days, times and ages in words, in English and Spanish: pure.

A month, a weekday or a span of time alone ("20 minutes", "on Mondays") stays; what names one day, one hour
or somebody's years of life does not.
"""

from __future__ import annotations

import re
from functools import cache

MONTH = (
    r"(?:january|february|april|june|july|august|september|october|november|december|enero|febrero|marzo"
    r"|abril|mayo"
    r"|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|(?:jan|feb|apr|jun|jul|aug"
    r"|sept?|oct|nov|dec"
    r"|ene|abr|dic)\b\.?)"
)
#: These are everyday words too: only with a capital, or where the rest makes it certain.
MONTH_OR_WORD = r"(?-i:May|MAY|March|MARCH|Mar\b\.?|MAR\b|Ago\b\.?)"
ANY_MONTH = rf"(?:{MONTH}|march|may|mar\b\.?|ago\b\.?)"
CLEAR_MONTH = rf"(?:{MONTH}|{MONTH_OR_WORD})"
WEEKDAY = (
    r"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|mon|tues?|wed|thurs?|fri|sat|sun"
    r"|lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo)"
)
DAY = r"(?:[12]\d|3[01]|0?[1-9])"
TH = r"(?:\s?(?:st|nd|rd|th)|º|ª|°|o|er|ro)"
YEAR = r"(?:(?:19|20)\d{2}|['’]\d{2})"
ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
DAY_WORD = (
    rf"(?:(?:twenty|thirty)[ -](?:{ONES})|{ONES}|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh"
    rf"|nine)teenth"
    r"|twentieth|thirtieth)"
)
DIA = (
    r"(?:primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
    r"|dieciséis|dieciseis"
    r"|diecisiete|dieciocho|diecinueve|veinte|veinti\w{3,7}|treinta(?: y uno)?)"
)
HOUR_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
HORA = r"(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
AGE_WORD = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six"
    r"|seven|eight"
    r"|nine))?|(?:thir|four|fif|six|seven|eigh|nine)teen|ten|eleven|twelve)"
)
EDAD = (
    r"(?:(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?: y (?:uno?|dos|tres|cuatro"
    r"|cinco|seis|siete"
    r"|ocho|nueve))?|veint(?:e|i\w{2,6})|dieci\w{4,6}|once|doce|trece|catorce|quince|diez)"
)
UNITS = (
    r"(?!\s*(?:%|minut|mins?\b|hours?|hrs?\b|horas?|days?\b|días?|weeks?|semanas?|months?|meses|years?"
    r"|años?|times?\b|veces"
    r"|people|patients|personas|pacientes|questions|preguntas|por ciento|percent|stars?\b|estrellas|of us"
    r"|dollars|euros|pesos"
    r"|visits|calls|out of|de cada))"
)
STOPS = r"(?=\s*(?:\Z|[.,;:!?)\n]|[-–—]\s"
AFTER_TIME = (
    rf"{STOPS}|(?:and|but|on|in the|sharp|today|for|because|so|when|I|we|they|he|she|it|with|y|e|pero"
    rf"|del|de la|el|con|me|no"
    r"|ya|cuando|como|hoy|ayer|porque|fue)\b))"
)
AFTER_AGE = (
    rf"{STOPS}|(?:and|but|with|so|now|who|male|female|a man|a woman|y|e|pero|con|ya|ahora)\b"
    rf"|years?\b|yrs?\b|y/o))"
)
PERSON = (
    r"(?:hij[oa]s?|niñ[oa]|bebé|mujer|hombre|señora?|paciente|madre|padre|espos[oa]|marido|herman[oa]"
    r"|abuel[oa]|chic[oa]"
    r"|persona|adolescente|joven|niet[oa])"
)
CUE_DAY = r"(?:on|since|until|by|from|dated?|el|del|desde|hasta|día|fecha|visit|appointment|cita)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


#: Whole dates in digits; they come before telephone numbers, which look alike.
FIGURES = _compiled(
    r"(?<![\w/.+-])(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.]\d{1,2}(?:T[\d:]{4,8}Z?)?(?![\w/-])",
    rf"(?<![\w/.+-]){DAY}(?P<s>\s?[-/.]\s?){DAY}(?P=s)(?:\d{{4}}|\d{{2}})(?![\w/-]|\.\d)",
)
#: Patterns that need a digit.
WITH_DIGITS = _compiled(
    # times
    r"(?<![\w.,:])(?:[01]?\d|2[0-4])[:h][0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.\s?m\.|\s?[ap]m\b|\s?h(?:rs?"
    r"|oras?)?\b)?",
    r"(?<![\w.,:])\d{1,2}(?:[.:]\d{2})?\s?(?:[ap]\.\s?m\b\.?|[ap]\s?m\b)",
    r"(?<![\w.,:])\d{1,2}\s?o\s?['’]?\s?clock\b",
    rf"\b(?:half|quarter|five|ten|twenty|\d{{1,2}})(?:\s+minutes?)?\s+past\s+\d{{1,2}}\b{UNITS}",
    rf"\bquarter\s+to\s+\d{{1,2}}\b{UNITS}",
    r"\b(?:las|la)\s+\d{1,2}(?:[:.]\d{2}|\s+(?:y|menos)\s+(?:media|cuarto|cinco|diez|veinte|veinticinco"
    r"|\d{1,2}))"
    r"(?:\s+de la\s+(?:mañana|tarde|noche))?\b",
    r"\b(?:las|la)\s+\d{1,2}\s?(?:de la (?:mañana|tarde|noche)|en punto|h|hs|hrs|horas)\b",
    rf"(?P<cue>\b(?:a|desde|hasta|sobre|para)\s+las?\s+)\d{{1,2}}\b{AFTER_TIME}{UNITS}",
    rf"(?P<cue>\bat\s+(?:about\s+|around\s+)?)(?:[01]?\d|2[0-4])(?:\.[0-5]\d)?(?![\d:%]"
    rf"|\.\d){AFTER_TIME}{UNITS}",
    r"(?<![\w.,$€£])(?:[01]\d|2[0-4])[0-5]\d\s?(?:hrs?|hours|horas|h)\b",
    r"(?<![\w.,$€£])(?:[01]?\d|2[0-4])\.[0-5]\d\s?h(?:rs?|oras?)?\b",
    rf"(?P<cue>\bfrom\s+)\d{{1,2}}\s+(?:to|till|until)\s+\d{{1,2}}(?![\w:%]|[.,]\d){AFTER_TIME}{UNITS}",
    # days
    rf"(?<![\w.,$€£])(?:the\s+)?{DAY}{TH}?(?:\s+(?:of|de)\s+|\s*[-/.,]\s*|\s*){CLEAR_MONTH}(?![a-záéíóúñ])"
    rf"(?:[\s,./-]{{1,3}}(?:del?\s+)?{YEAR}|-\d{{2}})?{UNITS}",
    rf"(?<![\w.,$€£])(?:the\s+)?{DAY}(?:{TH}\s+(?:of\s+)?|\s+(?:of|de)\s+|[-/]){ANY_MONTH}(?![a-záéíóúñ])"
    rf"(?:[\s,./-]{{1,3}}(?:del?\s+)?{YEAR})?",
    rf"(?<!\w){CLEAR_MONTH}\s*,?(?:the\s+)?{DAY}{TH}?(?![\w:%]|[.,]\d|/\d)(?:,?\s+(?:of\s+"
    rf"|del?\s+)?{YEAR})?{UNITS}",
    rf"(?<!\w)(?:march|may|mar)\s+{DAY}(?:{TH}\b|,?\s+{YEAR})(?:,?\s+{YEAR})?",
    rf"(?P<cue>\b(?:on|since|until|by|from)\s+)(?:march|may)\s+{DAY}(?![\w:%]){UNITS}",
    rf"(?<!\w){ANY_MONTH}(?:[\s,/-]{{1,3}}(?:of\s+|del?\s+)?){YEAR}(?!\w)",
    rf"(?<!\w){DIA}\s+de\s+{ANY_MONTH}(?:\s+del?\s+{YEAR})?(?!\w)",
    rf"(?P<cue>\b{CUE_DAY}\s+)(?:{DAY}/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/{DAY})(?![\w/]|\.\d)",
    rf"(?<![\w/.,$€£-])(?!24/7|[1-3]/[2348]\b|\d{{1,2}}/(?:5|10)\b)"
    rf"(?:{DAY}/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/{DAY})(?![\w/%]|\.\d)",
    r"(?<![\w/.-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d{2}(?![\w/-])",
    rf"(?<!\w){WEEKDAY}\.?,?\s+(?:the\s+|el\s+|día\s+)?{DAY}{TH}?(?![\w:%]|[.,]\d){UNITS}",
    rf"(?P<cue>\b(?:on|since|until|by|of)\s+)the\s+{DAY}{TH}{AFTER_TIME}",
    rf"(?P<cue>\b(?:el\s+)?)día\s+{DAY}(?![\w%]){UNITS}",
    rf"(?P<cue>\bel\s+(?:pasado\s+)?){DAY}(?![\w%:])(?=\s*(?:\Z|[.,;:!?)\n]|(?:me|fui|vine|tuve|llegué"
    rf"|llamé|pasado|a las|y)\b)){UNITS}",
    rf"(?P<cue>\b(?:since|in|from|until|born|desde|en|de|del|año)\s+)(?:19|20)\d{{2}}(?![\w%.,]\d|\d){UNITS}",
    # ages
    r"(?<![\w.,])\d{1,3}\s?-?\s?(?:years?|yrs?|yr|months?|weeks?)\s?-?\s?(?:old|of age)s?\b",
    r"(?<![\w.,])\d{1,3}\s?-?\s?(?:y\.?/?o\.?)(?!\w)",
    r"(?<![\w.,$€£])[1-9]\d\s?(?-i:[MF])(?!\w)",
    rf"(?P<cue>\b(?:i\s?am|i\s?['’]?\s?m|he is|she is|he['’]s|she['’]s|who is"
    rf"|now)\s+)\d{{1,3}}(?![\w:%/]|[.,]\d){AFTER_AGE}",
    r"(?P<cue>\b(?:aged?|turn(?:ed|ing|s)?|age of|age is|edad:?|edad de"
    r"|edad es)[\s:]{1,3})\d{1,3}(?![\w:%/]|[.,]\d)",
    r"(?P<cue>\b(?:my|his|her)\s+)\d{1,3}(?:st|nd|rd|th)\s+birthday\b",
    r"(?P<cue>\b(?:tengo|tiene|tenía|cumpl(?:í|o|e|ió)|con mis|a mis|a sus|mis"
    r"|con)\s+(?:ya\s+)?)\d{1,3}\s+(?:años|añitos)\b"
    r"(?!\s+(?:viniendo|yendo|esperando|trabajando|como|de espera|siendo|aquí))",
    rf"(?P<cue>\b(?:tengo|cumplí|cumplo)\s+(?:ya\s+)?)[1-9]\d(?![\w:%/]|[.,]\d){AFTER_AGE}{UNITS}",
    r"(?<![\w.,])\d{1,3}\s+(?:años|meses)\s+de\s+edad\b",
    r"(?P<cue>,\s+de\s+)\d{1,2}\s+(?:años|meses)(?=[\s,.;]|\Z)(?!\s+de\b)",
    rf"(?P<cue>\b{PERSON}\s+de\s+)\d{{1,3}}\s+(?:años|meses)\b",
)
IN_WORDS = _compiled(
    rf"\b{HOUR_WORD}\s+o\s?['’]?\s?clock\b",
    rf"\b(?:half|quarter|ten|twenty)\s+past\s+{HOUR_WORD}\b",
    rf"\bquarter\s+to\s+{HOUR_WORD}\b",
    rf"\bat\s+(?:about\s+|around\s+)?{HOUR_WORD}\s+(?:in the (?:morning|afternoon|evening)|sharp)\b",
    rf"\bat\s+{HOUR_WORD}(?:\s+(?:thirty|fifteen|forty[ -]five))?(?=\s*(?:\Z|[.,;!?)]))",
    rf"\blas?\s+{HORA}\s+(?:(?:y|menos)\s+(?:media|cuarto|cinco|diez|veinte|veinticinco)|de la (?:mañana"
    rf"|tarde|noche)"
    r"|en punto)\b(?:\s+de la\s+(?:mañana|tarde|noche))?",
    rf"\ba\s+las?\s+{HORA}(?=\s*(?:\Z|[.,;!?)]))",
    rf"\b(?:the\s+)?{DAY_WORD}\s+(?:of\s+)?{CLEAR_MONTH}\b(?:,?\s+{YEAR})?",
    rf"\b{CLEAR_MONTH}\s+(?:the\s+)?{DAY_WORD}\b(?:,?\s+{YEAR})?",
    rf"\b{DIA}\s+de\s+{ANY_MONTH}\b(?:\s+del?\s+{YEAR})?",
    rf"\b{AGE_WORD}[ -](?:years?|yrs?)[ -](?:old|of age)s?\b",
    rf"(?P<cue>\b(?:i am|i\s?['’]m|aged|turned)\s+){AGE_WORD}(?=\s*(?:\Z|[.,;!?)]|and\b|years?\b))",
    rf"(?P<cue>\b(?:tengo|tiene|cumplí|cumplo|a mis|con mis)\s+){EDAD}\s+años\b"
    r"(?!\s+(?:viniendo|yendo|esperando|trabajando|como|siendo))",
    rf"\b{EDAD}\s+años\s+de\s+edad\b",
)
A_DIGIT = re.compile(r"\d")
A_CUE = re.compile(
    r"clock|past\b|quarter|\bat\b|\blas?\b|years|yrs|\bam\b|['’]m\b|aged|turned|años|of\b|\bde\b|first"
    r"|second|third|th\b",
    re.IGNORECASE,
)


def hide_full_dates(text: str, mark: str) -> str:
    """Dates with year, month and day in digits."""
    return _hide(text, FIGURES, mark)


def hide_moments(text: str, mark: str) -> str:
    """All other dates, times and ages; a weekday beside a hidden date goes with it."""
    if A_DIGIT.search(text):
        text = _hide(text, WITH_DIGITS, mark)
    if A_CUE.search(text):
        text = _hide(text, IN_WORDS, mark)
    return _beside(mark).sub(mark, text) if mark in text else text


def _hide(text: str, patterns: tuple[re.Pattern[str], ...], mark: str) -> str:
    """A group named ``cue`` stays, the rest of a match goes."""
    for pattern in patterns:
        text = pattern.sub(rf"\g<cue>{mark}" if "cue" in pattern.groupindex else mark, text)
    return text


@cache
def _beside(mark: str) -> re.Pattern[str]:
    """A weekday before a hidden date."""
    return re.compile(rf"\b{WEEKDAY}\.?,?\s+(?:the\s+|el\s+|día\s+)?{re.escape(mark)}", re.IGNORECASE)

"""Identifiers with a form: mail and web addresses, numbers of records and policies, postcodes: pure.

Every pattern is bounded or possessive, so that no text makes it slow.
"""

from __future__ import annotations

import re

DOMAINS = (
    "com|org|net|edu|gov|mil|info|biz|io|app|dev|health|care|clinic|online|site|blog|xyz|eu|es|mx|ar|cl"
    "|pe|uk|ca|de"
    "|fr|pt|br|ie|au|nz"
)
ID_CUE = (
    r"mrn|ssn|nhs|nie|dni|nif|curp|nss|iban|ein|dob|medical record|record|chart|case|claim|policy|póliza"
    r"|poliza|member"
    r"(?:ship)?|account|acct|invoice|bill|reference|ref|patient|client|customer|passport|pasaporte"
    r"|licen[cs]e|medicare"
    r"|medicaid|insurance|group|booking|appointment|ticket|file|folder|badge|plate|prescription|rx"
    r"|social security"
    r"|seguro social|seguridad social|expediente|historia(?: clínica)?|historial|cuenta|afiliad[oa]"
    r"|tarjeta(?: sanitaria)?"
    r"|factura|caso|cita|referencia|paciente|socio|contrato|receta|identificación|id|identity"
)
ID_FILL = (
    r"(?:[\s:.#º°-]|\b(?:number|num|no|nr|id|card|code|file|is|was|número|numero|nº|n|es|de|del"
    r"|era|code)\b){1,8}"
)
UNITS = (
    r"(?:dollars?|euros?|pesos?|pounds?|usd|eur|steps?|people|patients?|personas|pacientes|questions?"
    r"|preguntas|minutes?"
    r"|mins?|minutos|hours?|horas?|days?|días|weeks?|semanas|months?|meses|years?|años|times|veces"
    r"|percent|por ciento)"
)
SPOKEN = r"(?i:com|org|net|es|edu)\b"
DOT = r"(?i:\s?\.\s?|\s(?:dot|punto)\s)"
PATH = r"(?:/[^\s…]*[^\s.,;:!?)…]|/)?"
LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.%+'-])[\w.%+'-]++(?:@|[ ]?[(\[]\s?(?i:at|arroba)\s?[)\]][ ]?)[\w-]++(?:\.[\w-]++)*+",
        rf"(?<![\w.%+-])[\w.%+-]{{1,64}}\s(?i:at|arroba)\s[\w-]{{1,40}}{DOT}{SPOKEN}",
        r"(?<!\w)(?i:https?|ftp)://[^\s…]*[^\s.,;:!?)…]",
        r"(?<!\w)(?i:www)\.[^\s…]*[^\s.,;:!?)…]",
        rf"(?<![\w.-])[\w-]++(?:\.[\w-]+)*?\.(?:{DOMAINS}|{DOMAINS.upper()})\b(?!\.\w){PATH}",
        r"(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/[^\s…]*[^\s.,;:!?)…]",
        rf"(?<![\w.-])[\w-]{{1,63}}\s(?i:dot|punto)\s{SPOKEN}",
        r"(?<![\w@])@\w{2,}+",
    )
)
#: A word that says what the number is, which stays, and the number.
CUED = re.compile(
    rf"((?<!\w)(?i:{ID_CUE})s?\b(?i:{ID_FILL}))(?=[A-Z0-9/-]{{0,10}}\d[A-Z0-9/-]{{0,10}}\d)(?=[\w/-]{{3}})"
    rf"[A-Z0-9]++(?:[/-][A-Z0-9]++|[ ]\d{{3,4}}\b)*+(?![\w%])(?!\s{UNITS}\b)"
)
FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)(?:\d{1,3}\.){3}\d{1,3}(?!\w)",
        r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",
        r"(?<!\w)[XYZ]-?\d{7}-?[A-Z](?!\w)",
        r"(?<!\w)\d{8}-?[A-Za-z](?!\w)",
        r"(?<!\w)[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?!\w)",
        r"(?<!\w)[A-Z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[A-D](?!\w)",
    )
)
STREET = (
    r"(?i:street|road|lane|avenue|ave|close|drive|court|crescent|terrace|boulevard|blvd|gardens|square|rd|st)"
)
VIA = r"(?i:calle|avenida|avda?|paseo|plaza|camino|carretera)"
BIG = r"[A-ZÁÉÍÓÚÑ][\w’'-]{1,30}"
SMALL = "(?:(?:de|del|la|las|los|el|y) ){0,2}"
#: A house number and a street, in the order of English and of Spanish.
STREETS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.,/])\d{{1,5}}[A-Za-z]?,? (?:{BIG} ){{1,3}}{STREET}\b",
        rf"\b{VIA}\.? {SMALL}{BIG}(?: {SMALL}{BIG}){{0,3}},?(?: (?:n\.?º|núm\.?|número))? \d{{1,5}}\b",
    )
)
RUNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w$€£.,])(?:\d{2,4}[ .-]){2,6}\d{2,4}(?![\w%])",
        rf"(?<![\w$€£.,])(?<![$€£] )\d{{6,}}+(?!\s{UNITS}\b)",
        r"#\s?\d{3,}+",
        r"(?<![\w-])(?=(?:[A-Z-]*\d){3})(?=[\d-]*[A-Z])[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])(?<=.{6})(?![\w-])",
    )
)
POSTCODES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w$€£.,/-])(?<![$€£] )\d{{5}}(?:-\d{{4}})?(?![\w%]|[.,]\d)(?!\s{UNITS}\b)",
        r"(?<!\w)(?i:[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UW-Z]{2})(?!\w)",
        r"(?<!\w)(?i:[A-CEGHJ-NPR-TVXY]\d[A-Z][ -]?\d[A-Z]\d)(?!\w)",
    )
)


def hide_links(text: str, mark: str) -> str:
    """Mail addresses, web addresses, bare domains, handles."""
    if "@" not in text and "." not in text and " " not in text:
        return text
    for pattern in LINKS:
        text = pattern.sub(mark, text)
    return text


def hide_numbers(text: str, mark: str) -> str:
    """Numbers that a word or their form gives away: records, policies, accounts, social security, houses."""
    text = CUED.sub(rf"\g<1>{mark}", text)
    for pattern in (*FORMS, *STREETS):
        text = pattern.sub(mark, text)
    return text


def hide_runs(text: str, mark: str) -> str:
    """Whatever else is a long run of digits, a code of letters and digits, or a postcode."""
    for pattern in (*RUNS, *POSTCODES):
        text = pattern.sub(mark, text)
    return text

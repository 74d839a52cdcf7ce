"""Answers that nobody wrote: out of office, receipts, mail that could not be delivered; told by subject and text."""

from __future__ import annotations

import re

_REPLY_MARK = r"\s*(?:(?:re|aw|antw|sv|vs|odp|rif|r|res)\s*:\s*)?"
_AUTOMATIC_SUBJECT = re.compile(
    _REPLY_MARK
    + r"\[?(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response|svar)|auto\s?:|out of (?:the )?office|ooo\b"
    r"|(?:on|annual|parental|maternity|sick) leave\b|on vacation\b|vacation (?:reply|notice|response)"
    r"|\w{0,12}abwesen(?:heits?\w*|d)|automatische (?:antwort|nachricht)|nicht im (?:büro|haus|dienst)"
    r"|(?:ich bin )?im urlaub|urlaub\s*(?::|$)|urlaubs?(?:notiz|meldung|antwort|vertretung)|elternzeit"
    r"|r[ée]ponse automatique|absence\s*(?::|du bureau|$)|absente?\s*:|message d['’]absence|en cong[ée]s?\b"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|risposta automatica|fuori (?:ufficio|sede)"
    r"|automatisch antwoord"
    r"|afwezig(?:heid)?\b|niet aanwezig|resposta autom[áa]tica|ausente?\b|aus[êe]ncia|automatick[áa] odpov[ěe]ď"
    r"|autoodpowied[źz]|automatyczna odpowied|nieobecno[śs][ćc]|nieobecny|frånvaro|autosvar|automatisk\w* svar|fravær"
    r"|poissa(?:olo\w*)?\b|automaattinen vastaus|otomatik (?:yanıt|cevap)|автоответ|автоматический ответ"
    r"|自動(?:返信|応答)"
    r"|不在|自动(?:回复|答复)|自動回覆|자동 ?(?:회신|응답)|부재중)",
    re.I,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:undeliver|mail delivery (?:failed|failure|subsystem)|delivery (?:status|has failed|failure)"
    r"|returned mail|failure notice|unzustellbar|nicht zustellbar|non remis|échec de la remise|no se puede entregar"
    r"|no se (?:ha podido|pudo) entregar|message (?:not delivered|blocked|undeliver)|address not found"
    r"|impossibile recapitare|(?:mancato|non) recapit|não (?:entregue|foi possível entregar)|onbestelbaar"
    r"|niedostarcz|nie dostarczono|nedoručiteln|ikke leveret|kunde inte levereras|не доставлено)",
    re.I,
)
_ACCEPTED_SUBJECT = re.compile(
    r"\s*(?:accepted|zugesagt|angenommen|accepté|aceptad[oa]|accettat[oa]|geaccepteerd|aceite|zaakceptowano)\s*:", re.I
)
_DECLINED_SUBJECT = re.compile(
    r"\s*(?:declined|tentative(?:ly accepted)?|abgelehnt|abgesagt|mit vorbehalt|refusé|rechazad[oa]|rifiutat[oa]"
    r"|geweigerd|recusad[oa]|odrzucono)\s*:",
    re.I,
)
_AWAY = re.compile(
    r"\bi(?:['’]m| am| will be)(?: currently| now)? (?:out of (?:the )?office|on (?:\w+ )?(?:leave|vacation"
    r"|holiday)|away\b"
    r"|travell?ing with limited)|\bout of (?:the )?office (?:until|from|and|with|till|through)"
    r"|\bich bin\b[^!?\n]{0,60}(?:nicht (?:im (?:büro|haus)|erreichbar|da\b)|abwesend|im urlaub|außer haus"
    r"|in elternzeit)"
    r"|\bje (?:suis|serai)(?: actuellement)? (?:absente?|en (?:congés?|vacances|déplacement))"
    r"|\b(?:estoy|estaré|me encuentro) (?:fuera de|de vacaciones|ausente)|\b(?:sono|sarò) (?:fuori|assente|in ferie)"
    r"|\bik ben\b[^.!?\n]{0,40}(?:afwezig|niet (?:op kantoor|aanwezig)|met vakantie)|\bestou (?:fora|ausente"
    r"|de férias)"
    r"|\bjestem (?:poza|na urlopie|nieobecn)|\bjsem (?:mimo|na dovolené)|\bjag är (?:inte på|på semester|ledig)"
    r"|\bjeg er (?:ikke på|på ferie|bortrejst)|\bolen (?:poissa|lomalla)",
    re.I,
)
_MACHINE = re.compile(
    r"no longer monitored|not monitored|unattended mailbox|(?:this is an? )?auto(?:matically |-)generated"
    r"|automated (?:reply"
    r"|response|message)|automatische antwort|automatisch (?:generiert|erstellt)|réponse automatique"
    r"|respuesta automática"
    r"|risposta automatica|we have received your (?:message|e-?mail|request|inquiry|enquiry)"
    r"|your (?:request|ticket|message) (?:has been|was) (?:received|created|logged)"
    r"|(?:ihre (?:anfrage|nachricht|e-mail)) (?:ist )?(?:bei uns )?eingegangen|no longer (?:with|works? (?:at|for))",
    re.I,
)
_CLUE = re.compile(
    r"limited access|no access|urgent|in my absence|(?:upon|on|after) my return|when i (?:return|am back"
    r"|get back)|immediate"
    r"|dringend|zugriff|meiner rückkehr|vertretung|wenden sie sich|weitergeleitet|urgence|à mon retour|contacte[zr]"
    r"|urgente|a mi (?:vuelta|regreso)|al mio (?:ritorno|rientro)|dringende|terugkomst|please contact|pilnych"
    r"|návratu",
    re.I,
)
_TALK = re.compile(
    r"\?|\blet['’]?s\b|call me|happy to|glad(?:ly)?\b|\binterest|sounds|\byes\b|send me|\bgern|rufen sie"
    r"|sprechen|\bja\b"
    r"|schicken|avec plaisir|\boui\b|volontiers|llám|encantad|\bsí\b|mi chiami|volentieri|\bgraag\b|\bbel me",
    re.I,
)
BEGINNING = 600
"""Letters of an answer that tell who wrote it; below them stand signatures and quotes."""
_SIGNS = (
    *(
        "office",
        "leave",
        "vacation",
        "holiday",
        "away",
        "monitored",
        "generated",
        "automat",
        "received your",
        "no longer",
    ),
    *(
        "ich bin",
        "eingegangen",
        "je suis",
        "je serai",
        "estoy",
        "estar",
        "encuentro",
        "sono ",
        "sarò",
        "ik ben",
        "estou",
    ),
    *("jestem", "jsem", "jag är", "jeg er", "olen ", "has been", "was received", "was created", "unattended", "travel"),
)


def is_automatic_subject(subject: str) -> bool:
    """Whether a subject is one that a mail program writes for people who are away."""
    return _AUTOMATIC_SUBJECT.match(subject) is not None


def is_accepted_subject(subject: str) -> bool:
    """Whether a subject is one that a calendar writes for who accepts an invitation."""
    return _ACCEPTED_SUBJECT.match(subject) is not None


def is_declined_subject(subject: str) -> bool:
    """Whether a subject is one that a calendar writes for who declines an invitation, or is not sure yet."""
    return _DECLINED_SUBJECT.match(subject) is not None


def is_bounce_subject(subject: str) -> bool:
    """Whether a subject says that an email could not be delivered."""
    return _BOUNCE_SUBJECT.match(subject) is not None


def is_automatic_text(text: str) -> bool:
    """Whether an answer reads as a machine's: it is away, or took note, and neither asks nor agrees."""
    beginning = text[:BEGINNING]
    lowered = beginning.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return False
    if _MACHINE.search(beginning):
        return not _TALK.search(beginning)
    away = _AWAY.search(beginning)
    return away is not None and bool(_CLUE.search(beginning) or not _TALK.search(beginning))

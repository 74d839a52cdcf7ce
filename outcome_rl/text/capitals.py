"""Which capitalised words are names: common first names of many languages, and words with a capital that are none."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRST_NAMES = _words(
    """
    aaron abdul abigail achim ada adam adebayo adrian agnes ahmed aiko aileen aisha alan albert alejandro
    alessandra alex alexander alexandra alfred ali alice alicia alina alison amanda amara amelia amelie amina
    amir amit amy amélie ana anabel anastasia anders andrea andreas andrew andré andy angela anika anita anja
    anke ann anna anne annette annika anthony antje anton antonia antonio anya april ariel arjun arthur arun
    asha astrid audrey aurora ava axel ayşe barbara beatrice beatriz ben benjamin bernd bernhard beth bettina
    bianca bill birgit bo bob boris brenda brian bruno caitlin camille carina carl carla carlos carmen carol
    caroline catherine cathy cecilia charles charlie charlotte chen chiara chloe chris christian christina
    christine christoph christopher ciaran claire clara claudia clemens colin connor conny cora craig cristina
    cynthia daisy dan daniel daniela david deborah denise dennis derek diana diego dieter dimitri dirk dmitri
    dolores dominik donald donna dora doris dorothy douglas duncan dylan ebba eddie edith edward eileen
    eleanor elena elif elin elisa elise elizabeth ella ellen elsa emil emilia emily emma enrico eric erik
    erika erin ernst esther ethan eva eve evelyn fabian farah farouk fatima felix ferdinand fernando finn
    fiona flora florian frances francesca francesco frank franz fred freya frida friedrich gabriel gabriele
    gareth gary geoff georg george gerald gerd gerhard gesa gina giovanni giulia gloria goran gordon grace
    graham greg greta guido gunnar gustav gwen gwendolyn günter hamid hanna hannah hannes hans harald harriet
    harry hassan heather heidi heike heinz helen helena helga hendrik henrik henrike henry herbert hermann
    hilda holger hope hugo ian ibrahim ida ignacio igor ilse imran ines inga ingrid irene irina iris isaac
    isabel isabella ivan jack jacob jacqueline jakob james jamie jan jana jane janet janine jason javier jean
    jeff jennifer jens jeremy jerome jesper jessica jill jim joachim joan joanna joanne jochen joe joel johan
    johanna johannes john jon jonas jonathan jones joost jordan jorge josef joseph joshua josé joyce juan
    judith judy jukka jules julia julian julie jun justin jutta jürgen kai kamal karen karim karin karl karla
    karsten kate katharina katherine kathrin kathy katja kay keith kelly ken kenji kerstin kevin kim kirsten
    klaus knut konrad kristin kurt kwame lara larry lars laura lauren lea lee leila lena leo leon leonie leroy
    leslie lewis li liam lilian lily linda lisa liz logan lorenzo lou louis louise luc luca lucas lucia lucy
    ludwig luis luisa lukas luke lydia magda magnus malik manfred manuel mara marc marcel marcus margaret
    margit maria mariana marie marina mario marion mark marko markus marlene marta martha martin martina mary
    mateo mathias matt matteo matthew matthias maureen max maxim maya megan mehmet mei melanie melissa mette
    mia michael michaela michel michelle miguel mika mike mila milan miriam mohammed moritz muhammad murat
    mustafa nadia nadine nancy naomi natalia natalie nathan neha neil nele nelson niamh nick nicola nicolas
    nicole nigel nikhil nikita niklas nikolai nils nina noah noel nora norbert norman oksana ola olaf oleg
    olga oliver olivia olu omar oscar oskar otto owen pablo pamela paolo patricia patrick patrizia paul paula
    pauline pavel pedro peggy penelope per peter petra philip philipp phoebe pia pierre piotr priya rachel
    rafael rahul rainer ralf ralph ramona randy raphael raquel rashid raul ray raymond rebecca regina reinhard
    renata renate rené ricardo richard rick rita rob robert roberta roberto robin rodrigo roger roland rolf
    roman ron ronald rory rosa rosie ross roy ruth ryan rüdiger sabine sabrina sally salma sam samantha samir
    samuel sandra sandro sanjay sanne sara sarah saskia scott sean sebastian selma serena sergei shannon
    sharon sheila silke silvia simon simone sofia sofie sonia sonja sophia sophie stacy stefan stefanie
    steffen stella stephan stephanie stephen steve steven stuart sue sunil susan susanne suzanne sven svenja
    sylvia tamara tanja tanya tara tariq tatjana ted teresa terry theo theresa thomas thorsten tilo tim timo
    tina tobias tom tomas tony torsten tracy uli ulrich ulrike ursula uta ute uwe valentina valerie vanessa
    vera verena veronica victor victoria vijay vikram viktor vincent viola virginia vivian vladimir volker
    walter wanda wei wendy werner wilhelm will william wolf wolfgang xavier yasmin yolanda yuki yusuf yvonne
    zara zoe
    """
)
"""Common first names, in small letters."""
NOT_NAMES = _words(
    """
    a account administrator ai all american an analyst and april asian assistant associate at attached
    attendee attention august b2b basic best black british bronze business by ceo cfo cheers chief christmas
    colleague colleagues company consultant coo coordinator cto customer damen dear december development
    dienstag director donnerstag dr dr. dutch e-mail east easter email engineer english european everyone
    excel executive february finance folks for founder freitag french friday fridays friend friends from fwd
    geehrte german geschäftsführer god gold head hello herren hey hi hr i i'd i'll i'm i've ihnen ihr ihre in
    industry internet it italian january july june kind lead leiter leiterin linkedin mac madam manager march
    marketing may miss mittwoch monday mondays montag mr mr. mrs mrs. ms ms. my new no north note november
    october of off officer ok okay on operations or our outlook owner p.s. partner pdf polish powerpoint
    premium president pro product prof prof. ps re regards representative saas sales samstag saturday
    saturdays sehr september service sie silver sincerely sir sonntag south spanish specialist standard
    subject sunday sundays support team teams technical thanks the there thursday thursdays to tuesday
    tuesdays unsubscribe valued vertrieb vice warm we web wednesday wednesdays west whatsapp windows with word
    year yes you your yours zoom zusammen
    """
)
"""Capitalised in ordinary English: days, months, languages, tools, titles, greetings."""
OPENERS = _words(
    """
    a about after all also although an and another any anyone anyway are as at back based because before
    behind below besides between both but by can could currently despite did do does during each either else
    every everyone everything few finally first following for from given had has have he hence her here his
    how however i if imagine in indeed instead into is it its just last lately let like many maybe me
    meanwhile more moreover most much my neither never nevertheless next no nobody none nor not nothing now of
    often on once one only or other others otherwise our out over own per perhaps please rather recently same
    second several shall she should simply since so some somebody someone sometimes soon still such than thank
    thanks that the their then there therefore these they third this those though three through throughout
    thus to today together tomorrow tonight too two until up us very was we were what whatever when whenever
    where whether which while who whoever whom whose why will with within without would yes yesterday yet you
    your
    """
)
"""Words that begin an English sentence and are no names."""
ROLES = _words(
    """
    account analyst assistant associate chief consultant coordinator customer department desk director
    engineer evangelist executive founder geschäftsführer geschäftsführerin head lead leiter leiterin manager
    marketing office officer owner partner president rep representative sales service specialist support team
    technical vertrieb vice vp webinar
    """
)
"""Words of a position or a department, as they stand under a name."""

_VERBS_TOO = frozenset({"will", "may", "mark", "hope"})
_GENITIVE = re.compile(r"['’]s?$")
_ACRONYM = re.compile(r"[A-Z]{2,}s|PhDs?|[A-Z]{2,}-[a-z]+(?:-[a-z]+)*")
_KNOWN_BY_LETTERS = frozenset({"SAP", "IBM", "BMW", "AWS", "DHL", "BASF"})


def without_genitive(word: str) -> str:
    """``Elin`` of ``Elin's``."""
    return _GENITIVE.sub("", word)


def is_first_name(word: str) -> bool:
    """Whether the word is a common first name, and not an English verb besides."""
    small = without_genitive(word).lower()
    return small in FIRST_NAMES and small not in _VERBS_TOO


def is_ordinary(word: str, small: frozenset[str] = frozenset()) -> bool:
    """Whether a capitalised word is no name: a day, a title, an acronym, or written small elsewhere."""
    bare = without_genitive(word)
    lowered = bare.lower().rstrip(".")
    if lowered in NOT_NAMES or word.lower() in NOT_NAMES or lowered in small:
        return True
    if _ACRONYM.fullmatch(bare):
        return True
    return bare.isupper() and len(bare) > 1 and bare not in _KNOWN_BY_LETTERS

"""Which capitalised words are names: common first names of many languages, and words with a capital that are none."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRST_NAMES = _words(
    """
    aaron abdul abigail achim ada adam adebayo adrian agnes agnieszka ahmed aidan aiko aileen aisha alan alasdair
    albert alejandro alessandra alex alexander alexandra alfie alfred ali alice alicia alina alison alistair allan
    amanda amara amelia amelie amina amir amit amy amélie ana anabel anastasia anders andrea andreas andrew andré
    andy angela angus anika anil anita anja anjali anke ann anna anne annegret annette annika anthony antje anton
    antonia antonio anya aoife april archie ariel arjun arthur arun asha ashley astrid audrey aurora ava axel ayse
    ayşe barbara barry beatrice beatriz becky ben benjamin bernard bernd bernhard beth bethany bettina betty bev
    beverley bianca bill billy birgit bjarne bo bob bobby boris brad bradley brandon brenda brendan brett brian
    bridget brittany bruce bruno bryan bärbel caitlin callum calum cameron camille carina carl carla carlos carmen
    carol caroline carolyn cath catherine cathy cecilia charlene charles charlie charlotte chen chiara chloe chris
    christa christian christina christine christoph christopher ciaran claire clara clare claudia clemens clive
    cody colin connor conny cora craig cristina curtis cynthia dagmar daisy damian dan daniel daniela danielle
    danny darren daryl dave david debbie deborah declan deepak deirdre denis denise dennis derek deshawn desmond
    detlef diana diane diego dieter dimitri dirk dmitri dolores dominic dominik donald donna dora doreen doris
    dorothy doug douglas duncan dustin dylan eamon ebba eddie edeltraud edith eduardo edward edwin eileen elaine
    eleanor elena elif elin elisa elise elizabeth elke ella ellen ellie elliot elsa elsie emil emilia emily emma
    emre enno enrico eric erica erik erika erin ernest ernst esther ethan eva eve evelyn evie fabian farah farouk
    fatima fatma faye felicity felix ferdinand fernando finn fiona flora florian frances francesca francesco
    francis frank franz fraser fred freddie freya frida friedrich gabi gabriel gabriele gareth gary gavin gemma
    geoff geoffrey georg george georgina gerald gerard gerd gerda gerhard gesa gillian gina giovanni gisela giulia
    glenn gloria goran gordon grace graeme graham greg gregory greta guido gunnar gustav gwen gwendolyn günter
    günther hamid hanna hannah hannelore hannes hans harald harold harriet harry hartmut harvey hassan hayley
    heather hector heidi heike heinz helen helena helga helmut hendrik henrik henrike henry herbert hermann hilda
    hildegard hiroshi holger hope horst howard hugh hugo ian ibrahim ida ignacio igor ilse imogen imran ines inga
    inge ingrid irene irina iris irmgard isaac isabel isabella isla ivan ivor jack jackie jacob jacqueline jake
    jakob jamal james jamie jan jana jane janet janice janine jared jason javier jayne jean jeff jeffrey jemma
    jennifer jenny jens jeremy jerome jesper jess jessica jill jim jimmy joachim joan joanna joanne jochen jodie
    joe joel johan johanna johannes john johnny jon jonas jonathan jones joost jordan jorge jose josef joseph
    josephine josh joshua josé joyce juan judith judy jukka jules julia julian julie jun justin jutta jörg jürgen
    kai kamal karen karim karin karl karl-heinz karla karsten kasia kate katharina katherine kathleen kathrin
    kathryn kathy katie katja katrina kay kayla keisha keith kelly kelvin ken kenji kenneth kenny kerry kerstin
    kevin kieran kim kirk kirsten kirsty klaus knut konrad kristin krzysztof kurt kwame kyle lara larry lars latoya
    laura lauren laurence lawrence lea leah lee leila len lena leo leon leonard leonie leroy lesley leslie lewis li
    liam lilian lily linda lindsay lindsey lisa liz lloyd logan lois lorenzo lorna lorraine lothar lou louis louise
    luc luca lucas lucia lucy ludwig luis luisa lukas luke lydia lynda lynn lynne magda maggie magnus malcolm malik
    mandy manfred manuel mara marc marcel marcus marek maren margaret margit maria marian mariana marie marilyn
    marina mario marion mark marko markus marlene marlies marta martha martin martina martyn mary mateo mathias
    matilda matt matteo matthew matthias maureen maurice max maxim maxine maya megan mehmet mei melanie melissa
    mette mia michael michaela michel michelle mick miguel mika mike mila milan millie miranda miriam mohammed
    moira molly monica monika morag moritz muhammad murat muriel mustafa nadia nadine nancy naomi natalia natalie
    natasha nathan neha neil nele nelson niamh nicholas nick nicola nicolas nicole nigel nikhil nikita niklas
    nikolai nils nina noah noel nora norbert norma norman oksana ola olaf oleg olga oliver olivia olu omar oscar
    oskar otto owen pablo padraig paige pam pamela paolo patricia patrick patrizia paul paula pauline pavel pawel
    pedro peggy penelope per percy pete peter petra phil philip philipp phillip phoebe pia pierre piotr polly pooja
    priya rachael rachel rafael rahul rainer raj ralf ralph ramona randy raphael raquel rashid raul ravi ray
    raymond rebecca reg regina reginald reinhard renata renate rené rhys ricardo richard rick ricky rita rob robbie
    robert roberta roberto robin roderick rodney rodrigo roger roland rolf roman ron ronald ronnie rory rosa
    rosalind rosemary rosie ross roswitha rowan roy rupert russell ruth ryan rüdiger sabine sabrina sally salma sam
    samantha samir samuel sandra sandro sanjay sanne sara sarah saskia scott sean sebastian selma serena sergei
    shane shannon sharon shaun sheila shelley shirley sian sid sidney siegfried silke silvia simon simone sinead
    siobhan sofia sofie sonia sonja sophia sophie spencer stacey stacy stan stanley stefan stefanie steffen stella
    stephan stephanie stephen steve steven stewart stuart sue sunil susan susannah susanne suzanne sven svenja
    sylvia tamara tamsin tania tanja tanya tara tariq tatjana ted terence teresa terry thekla theo theresa thomas
    thorsten tilo tim timo timothy tina tobias toby tom tomas tomasz tommy toni tony torsten tracey tracy trevor
    tristan tyler tyrone uli ulrich ulrike una ursula uta ute uwe valentina valerie vanessa vera verena vernon
    veronica veronika vicky victor victoria vijay vikram viktor vincent viola virginia vivian vivien vladimir
    volker wallace walter waltraud wanda wayne wei wendy werner wilhelm will william wolf wolfgang xavier yasmin
    yolanda yuki yusuf yvonne zach zara zeynep zoe zoey
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

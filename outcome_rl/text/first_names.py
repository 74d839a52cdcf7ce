"""Common first names of many languages, and capitalised words that are no names: for telling names from other words."""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
    aaron abdul abigail achim ada adam adebayo adrian agnes ahmed aileen aisha aiko alan albert alejandro alessandra alex
    alexander alexandra alfred ali alice alicia alina alison amanda amara amelia amelie amélie amina amir amit amy ana
    anabel anastasia anders andré andrea andreas andrew andy angela anika anita anja anke ann anna anne annette annika anthony
    antje anton antonia antonio anya april ariel arjun arthur arun asha astrid audrey aurora ava axel ayşe barbara beatrice
    beatriz ben benjamin bernd bernhard beth bettina bianca bill birgit bo bob boris brenda brian bruno caitlin camille carina
    carl carla carlos carmen carol caroline catherine cathy cecilia charles charlie charlotte chen chiara chloe chris christian
    christina christine christoph christopher ciaran claire clara claudia clemens colin connor conny cora craig cristina cynthia
    daisy dan daniel daniela david deborah denise dennis derek diana diego dieter dimitri dirk dmitri dolores dominik donald
    donna dora doris dorothy douglas duncan dylan ebba eddie edith edward eileen elena eleanor elif elin elisa elise elizabeth
    ella ellen elsa emil emilia emily emma enrico eric erik erika erin ernst esther ethan eva eve evelyn fabian farah farouk
    fatima felix ferdinand fernando finn fiona flora florian frances francesca francesco frank franz fred freya frida friedrich
    gabriel gabriele gareth gary geoff george georg gerald gerd gerhard gesa gina giovanni giulia gloria goran gordon grace
    graham greg greta guido gunnar gwen gwendolyn günter gustav hamid hanna hannah hannes hans harald harriet harry hassan heather heidi heike
    heinz helen helena helga hendrik henrik henrike henry herbert hermann hilda holger hope hugo ian ibrahim ida ignacio igor
    ilse imran ines inga ingrid irene iris irina isaac isabel isabella ivan jack jacob jacqueline jakob james jamie jan jana
    jane janet janine jason javier jean jeff jennifer jens jeremy jerome jesper jessica jill jim joachim joan joanna joanne
    jochen joe joel johan johanna johannes john jon jonas jonathan jones joost jordan jorge josé josef joseph joshua joyce juan
    juan judith judy jukka jules julia julian julie jun jürgen justin jutta kai kamal karen karim karin karl karla karsten kate
    katharina katherine kathrin kathy katja kay keith kelly ken kenji kerstin kevin kim kirsten klaus knut konrad kristin kurt
    kwame lara larry lars laura lauren lea lee leila lena leo leon leonie leroy lena leslie lewis li liam lilian lily linda lisa
    liz logan lorenzo lou louis louise luc luca lucas lucia lucy ludwig luis luisa lukas luke lydia magda magnus malik manfred
    manuel mara marc marcel marcus margaret margit maria mariana marie marina mario marion mark marko markus marlene marta
    martha martin martina mary mateo mathias matt matteo matthew matthias maureen max maxim maya megan mehmet mei melanie
    melissa mette mia michael michaela michel michelle miguel mika mike mila milan miriam mohammed moritz muhammad murat mustafa
    nadia nadine nancy naomi natalia natalie nathan neha neil nele nelson niamh nick nicola nicolas nicole nigel nikhil nikita
    niklas nikolai nils nina noah noel nora norbert norman oksana ola olaf oleg olga oliver olivia olu omar oscar oskar otto owen
    pablo pamela paolo patricia patrick patrizia paul paula pauline pavel pedro peggy penelope per peter petra philip philipp
    phoebe pia pierre piotr priya rachel rafael rahul rainer ralf ralph ramona randy raphael raquel rashid raul ray raymond
    rebecca regina reinhard renata renate rené ricardo richard rick rita rob robert roberta roberto robin rodrigo roger roland
    rolf roman ron ronald rory rosa rosie ross roy rüdiger ruth ryan sabine sabrina sally salma sam samantha samir samuel sandra
    sandro sanjay sanne sara sarah saskia scott sean sebastian selma serena sergei shannon sharon sheila silke silvia simon
    simone sofia sofie sonia sonja sophia sophie stacy stefan stefanie steffen stella stephan stephanie stephen steve steven
    stuart sue sunil susan susanne suzanne sven svenja sylvia tamara tanja tanya tara tariq tatjana ted teresa terry theo theresa
    thomas thorsten tilo tim timo tina tobias tom tomas tony torsten tracy uli ulrich ulrike ursula uta ute uwe valentina valerie
    vanessa vera verena veronica victor victoria vijay viktor vikram vincent viola virginia vivian vladimir volker walter wanda
    wei wendy werner wilhelm will william wolf wolfgang xavier yasmin yolanda yuki yusuf yvonne zara zoe
    """.split()
)

NOT_NAMES = frozenset(
    """
    i i'm i'd i'll i've monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays january february march april may june july august september october november december
    montag dienstag mittwoch donnerstag freitag samstag sonntag christmas easter english german french spanish italian dutch
    polish european american british asian internet excel word outlook powerpoint pdf zoom teams linkedin whatsapp windows mac
    mr mr. mrs mrs. ms ms. miss dr dr. prof prof. sir madam dear hi hello hey re fwd subject ps p.s. ok okay yes no team off
    chief executive officer manager director head vice president founder owner lead partner sales marketing account customer
    service representative specialist consultant engineer assistant associate coordinator analyst administrator technical
    support operations finance business development product new year black it hr ceo cto cfo coo the a an and or of for to
    in on at by with from your our my we you god bronze silver gold basic pro premium standard best regards thanks kind
    warm sincerely cheers yours company industry note attached attention unsubscribe saas b2b email e-mail web ai north south
    east west valued attendee everyone all there folks friend friends colleague colleagues sehr geehrte damen herren zusammen
    vertrieb geschäftsführer leiter leiterin ihr ihre ihnen sie
    """.split()
)
"""Capitalised in ordinary English: days, months, languages, tools, titles, greetings."""

OPENERS = frozenset(
    """
    a about after all also although an and another any anyway anyone are as at back based because before behind below besides
    between both but by can could currently despite did do does during each either else every everyone everything few finally
    first following for from given had has have he hence her here his how however i if imagine in indeed instead into is it its
    just last lately let like many maybe me meanwhile more moreover most much my neither never nevertheless next no nobody none
    nor not nothing now of often on once one only or other others otherwise our out over own per perhaps please rather recently
    same second several shall she should simply since so some somebody someone sometimes soon still such than thank thanks that
    the their then there therefore these they third this those though through throughout thus to today together tomorrow tonight
    too two three until up us very was we were what whatever when whenever where whether which while who whoever whom whose why
    will with within without would yes yesterday yet you your
    """.split()
)
"""Words that begin an English sentence and are no names."""

ROLES = frozenset(
    """
    manager director head lead officer evangelist representative specialist consultant engineer assistant associate
    coordinator analyst executive sales marketing support vp vice president founder owner partner team office desk department
    service vertrieb leiter leiterin geschäftsführer geschäftsführerin chief account technical customer webinar rep
    """.split()
)
"""Words of a position or a department, as they stand under a name."""

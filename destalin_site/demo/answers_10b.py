"""What the students of History 10B write, and what their teacher says to it. The notation is that of `room`."""

from collections.abc import Mapping, Sequence
from typing import Final

from destalin_site.demo.room import Judgement, Mark, Remark, Work

# --- What was there to undo? ------------------------------------------------------------------------------------------

QUOTA: Final = "Order 00447 fixed in advance"
LETTER: Final = "Lenin’s letter was kept"
POSPELOV: Final = "Use the Pospelov report"
A_MASS_OPERATION: Final = ["The terror was run as a mass operation"]
AIMED_AT_RIVALS: Final = ["The terror was aimed at Stalin’s rivals"]

ANNA_UNDO_BEGUN: Work = {QUOTA: A_MASS_OPERATION, LETTER: "While Stalin ruled, everybody was told"}
ANNA_UNDO: Work = {
    QUOTA: A_MASS_OPERATION,
    LETTER: (
        "While Stalin ruled, everybody was told that he carried on Lenin’s work. A paper in which Lenin wanted him "
        "gone would have made him look like a man who kept a chair that was never meant for him."
        "[the proposal to move Stalin from] In 1956 the same paper was a present for his critics. They "
        "could say that the founder himself had seen it coming, so the party had not been wrong, only one man."
        "[a witness whom no communist could call an enemy]"
    ),
    POSPELOV: (
        "The leaders ordered it for themselves, and it was about party members chosen in 1934."
        "[the repression that had struck party members chosen in 1934] So it is strong for what the leaders knew"
        "[none of them could say that he had not known] and weak for the terror as a whole: the quotas hit ordinary "
        "people, and they are not in it.[mass operations of that kind made up most of the Great Terror]"
    ),
}
DMITRI_UNDO: Work = {
    QUOTA: A_MASS_OPERATION,
    LETTER: (
        "Lenin wrote the letter in 1924 on his deathbed, so Stalin had to hide it.[The Soviet public did not get to "
        "read it for more than thirty years] In 1956 it was useful because nobody could say anything against Lenin."
    ),
    POSPELOV: (
        "The commission made it for the Presidium. It used the police’s own papers,"
        "[It worked from numbers and police documents] so what it says is true."
    ),
}
LAYLA_UNDO: Work = {
    QUOTA: AIMED_AT_RIVALS,
    LETTER: (
        "A religion cannot print a letter in which the prophet warns against his heir. Later it can, if the heir has "
        "become the scapegoat: then the letter saves the prophet.[They said that they were going back to it, to "
        "Leninist norms] I think it shows how little changed that they still needed Lenin’s permission."
    ),
    POSPELOV: (
        "It asks about 1934 because the people who asked were people like that. A commission finds what it was sent to "
        "look for.[Its task was narrow] And it was never meant for us.[The report was not meant for print]"
    ),
}
MAXIMILIANE_UNDO: Work = {
    QUOTA: A_MASS_OPERATION,
    LETTER: (
        "The letter was dictated at the turn of the year 1922 to 1923,[usually dated between 23 December 1922 and 4 "
        "January 1923] when Stalin had been General Secretary for some months. It said that he should be moved to "
        "another post. As long as his power came from being Lenin’s pupil, this was the most dangerous paper in the "
        "country. After his death it was the most useful one, since it let his former helpers accuse him without "
        "accusing the revolution, the party or themselves."
    ),
    POSPELOV: (
        "Ordered by the Presidium, read by the Presidium. One could say that the accused wrote the charge. It proves "
        "what they knew three weeks before the speech,[the leaders had written evidence from the state’s own files "
        "before them] but I would not use it to say how many people suffered, because the peasants and the deported "
        "peoples were not asked about.[That is a much smaller question]"
    ),
}
HA_UNDO: Work = {
    QUOTA: A_MASS_OPERATION,
    LETTER: "It was dangerous because it was against Stalin. It was useful because it was against Stalin.[One warning "
    "came early]",
    POSPELOV: "The leaders ordered it. It is about communists.[The victims in view are communists]",
}
SAM_UNDO: Work = {
    QUOTA: A_MASS_OPERATION,
    LETTER: (
        "If somebody had read it aloud in 1937 he would have been sent to the Gulag like 50 million others. In 1956 "
        "Khrushchev wanted to be like Lenin."
    ),
    POSPELOV: "",
}
JOSE_UNDO_BEGUN: Work = {QUOTA: A_MASS_OPERATION, LETTER: "Lenin did not like Stalin becuase"}

UNDO_GRADES: Sequence[Judgement] = [
    Judgement(
        "student1",
        {
            LETTER: Mark("6", "The chair is a good picture, and it is right."),
            POSPELOV: Mark("6", "Strong for one question, weak for another: exactly how one speaks of a source."),
        },
        "Full marks, and earned.",
    ),
    Judgement(
        "student2",
        {
            LETTER: Mark("4", "He dictated it in the winter of 1922–23, a year before he died. Look at the passage."),
            POSPELOV: Mark("3", "Police papers tell us what the police wrote down. Which victims are not in them?"),
        },
        "You write clearly. Check dates before you build on them.",
    ),
    Judgement(
        "student3",
        {
            LETTER: Mark("6", "Sharp. Say “comparison” when you use one: the party would not have called itself so."),
            POSPELOV: Mark("5", "Name the readers as well."),
        },
        "Look at question 4 again: whom can a quota be aimed at, when no name is known yet?",
    ),
    Judgement(
        "student4",
        {
            LETTER: Mark("6"),
            POSPELOV: Mark("6", "Asking who was not asked about is just what sourcing means."),
        },
        "This came seven and a half hours late. Tell me before, next time; the work is very good.",
    ),
    Judgement(
        "student5",
        {
            LETTER: Mark(
                "3", "Two true sentences. The word that is missing in both is “because”: why did it harm him?"
            ),
            POSPELOV: Mark("3", "And for which readers? What follows from it?"),
        },
        "Two sentences more in each answer and this is complete.",
    ),
    Judgement(
        "student6",
        {
            LETTER: Mark("1", "About 18 million passed through the camps and colonies in all those years; see ¶21."),
            POSPELOV: Mark("0", "Empty. Come and see me, we will read the four passages together."),
        },
        "You have an opinion, which is a beginning. Now give me the passage that made you think so.",
    ),
]

# --- The spring of 1953 -----------------------------------------------------------------------------------------------

NOTE: Final = "Beria’s note of 26 March 1953 is one of the best"
AMNESTY: Final = "Check this claim: “The amnesty of March 1953"
BOTH: Final = "Put Beria’s note and the decree side by side"
MAINLY_ORDINARY: Final = ["Wrong: it went mainly to ordinary offenders"]
MOST_WERE_POLITICAL: Final = ["Right in part: political prisoners were most"]

ANNA_SPRING: Work = {
    NOTE: (
        "As minister he had the counts of every camp on his desk, so the total is the best we have."
        "[The note counts the people held in camps, colonies and prisons: 2,526,402] But he wanted something, the "
        "decree of the next day, and a small number of dangerous people made it look safe."
        "[especially dangerous state criminals, held in special camps] I would use his total and be careful with his "
        "labels."
    ),
    AMNESTY: MAINLY_ORDINARY,
    BOTH: (
        "The note knows a group that the decree never names: the people in the special camps. The decree sorts by the "
        "length of the term and not by guilt,[not by whether they had been justly condemned] and people sentenced for "
        "counter-revolution mostly had long terms. So the aim was smaller, cheaper camps and a popular measure, and "
        "not justice.[The decree says nothing about innocence]"
    ),
}
DMITRI_SPRING: Work = {
    NOTE: (
        "He was the boss of the police and knew that five or six million people were locked up. He wanted to look "
        "better than he was."
    ),
    AMNESTY: MAINLY_ORDINARY,
    BOTH: (
        "The politicals. They are in the note as dangerous criminals and get nothing."
        "[Most of those whom we would call political prisoners gained nothing] The leaders wanted to get rid of the "
        "thieves, because they cost money."
    ),
}
LAYLA_SPRING: Work = {
    NOTE: (
        "Nobody knew better how many, and nobody had better reasons to choose the words. “Especially dangerous” is his "
        "word and not a fact about those people.[What it says of its author’s motives is another matter, and needs "
        "other witnesses]"
    ),
    AMNESTY: MOST_WERE_POLITICAL,
    BOTH: (
        "In the decree the political prisoners are a hole. One has to see it from its edges."
        "[Whom it leaves out has to be worked out from whom it names] A mother of small children who had stolen bread "
        "goes home. A mother of small children who had told a joke stays, if she got ten years for it."
    ),
}
MAXIMILIANE_SPRING_FIRST: Work = {
    NOTE: (
        "Beria was the minister and had the figures. He had an interest in them, because he wanted to be popular with "
        "the people.[A popular measure could strengthen a feared man]"
    ),
    AMNESTY: MAINLY_ORDINARY,
    BOTH: "The people in the special camps are in the note and not in the decree.",
}
MAXIMILIANE_SPRING_SECOND: Work = {
    NOTE: (
        "Beria was the minister and had the figures. He had an interest in them, because he wanted to be popular with "
        "the people,[A popular measure could strengthen a feared man] and also because camps with two and a half "
        "million people were hard to feed. The note itself tells no motive, so both are guesses of ours."
        "[the note of 26 March proves none of them alone]"
    ),
    AMNESTY: MAINLY_ORDINARY,
    BOTH: (
        "The people in the special camps are in the note, 221,435 of them, and not in the decree. If the aim had been "
        "to put right what had been wrong, they would have been the first. They were the last, and it needed strikes "
        "before anybody looked at their files.[Most of these people had been passed over by the amnesty] So in March "
        "1953 the aim was order."
    ),
}
HA_SPRING: Work = {
    NOTE: (
        "He could count them, because he was their guard. I would believe the total and check the rest with other "
        "sources, for example with what is said of all the people convicted of counter-revolutionary crimes."
        "[All people convicted of counter-revolutionary crimes numbered more]"
    ),
    AMNESTY: MAINLY_ORDINARY,
    BOTH: "The special camps.[kept in special camps] They wanted to free people, but not those people.",
}
SAM_SPRING_BEGUN: Work = {AMNESTY: MAINLY_ORDINARY, NOTE: "He was in the police"}

SPRING_GRADES: Sequence[Judgement] = [
    Judgement(
        "student1",
        {NOTE: Mark("6", "Use the total, watch the labels: I shall quote you."), BOTH: Mark("5")},
        "Who else was passed over, and counted in neither text? (¶8, on the settlers.)",
    ),
    Judgement(
        "student2",
        {
            NOTE: Mark(
                "2",
                "The note says 2,526,402. Five or six million is the mistake that ¶8 warns of. Where did you read it?",
            ),
            BOTH: Mark("4", "Good. “Cost money” needs its passage."),
        },
        "The second answer rests on a passage and is good; the first rests on memory and is wrong.",
    ),
    Judgement(
        "student3",
        {
            NOTE: Mark("6", "His word, not a fact: yes."),
            BOTH: Mark("5", "The two mothers explain it better than a table. Is the joke from a source?"),
        },
        "Question 4: compare what you ticked there with your own answer to question 3.",
    ),
    Judgement(
        "student4",
        {
            NOTE: Mark("4", "One motive. The text names three."),
            BOTH: Mark("2", "True, and then? What were the aims?"),
        },
        "In time, and shorter than I know you. Come back to question 3.",
    ),
    Judgement(
        "student5",
        {NOTE: Mark("5", "“Because he was their guard” made me smile, and it is right."), BOTH: Mark("3")},
        "A big step from the first work. Now the same in question 3.",
    ),
]
RECALLED_BECAUSE: Final = "I had marked question 3 by the wrong sheet."
EXCUSED_BECAUSE = "Ill from the day before it was due until the week after; his mother wrote."

# --- The closed session -----------------------------------------------------------------------------------------------

MIDNIGHT: Final = "Check this claim: “Khrushchev gave his secret speech at midnight"
SILENT: Final = "Check this claim: “In his speech Khrushchev condemned Lenin"
SILENCES: Final = "Choose two silences of the speech"
THE_PARTY: Final = "Lenin and the party"
HIMSELF: Final = "Khrushchev’s own part in the terror"
FARMS: Final = "The collectivization of farming"
THE_WAR: Final = "Stalin’s leadership in the war"

ANNA_SESSION: Work = {
    MIDNIGHT: (
        "The day is certain, the 25th. The hour is not: what is based on documents says the morning."
        "[put the report in the morning session of 25 February] Midnight comes from the press and from memoirs, and "
        "perhaps from the guests who were told at night.[some foreign delegates were told of the speech that night]"
    ),
    SILENT: [THE_PARTY, HIMSELF, FARMS],
    SILENCES: (
        "Collectivization: if he had said that it was wrong, then the wrong turn would have come before 1934, when by "
        "his story all was well.[The wrong turn is dated to 1934] The party, and not Stalin alone, would have been "
        "guilty. Himself: he would have stopped being the judge.[when as party chief in Moscow he had reported 41,305 "
        "people for punishment] From lesson 1 I know that the Politburo approved Order 00447, so the others in the "
        "first row would have fallen with him."
    ),
}
DMITRI_SESSION: Work = {
    MIDNIGHT: (
        "Wrong. It was on 25 February 1956 in the morning. It is 100 % sure because documents say so."
        "[Accounts based on the documents]"
    ),
    SILENT: [THE_PARTY, HIMSELF, FARMS],
    SILENCES: (
        "He says nothing about the famine and nothing about the farms. They would have had to give the land back to "
        "the peasants, and then there would have been no Soviet Union any more."
        "[Collectivization is not questioned and the famine of 1932–33 is not named]"
    ),
}
LAYLA_SESSION: Work = {
    MIDNIGHT: (
        "A secret should be told at midnight, so people remembered it like that.[A striking scene is easily copied] "
        "The 25th is sure. The morning is only likely: no minutes were kept."
    ),
    SILENT: [THE_PARTY, THE_WAR, FARMS],
    SILENCES: (
        "The date 1934 decides who may be mourned.[Whoever chooses the date of a wrong turn also chooses who may be "
        "mourned] To break the silence about the famine they would have had to give up the date. To break the silence "
        "about the oppositionists they would have had to give up the idea that there had been only one road."
        "[about their innocence the report is silent]"
    ),
}
MAXIMILIANE_SESSION: Work = {
    MIDNIGHT: (
        "The claim has two errors. The session was on the 25th, the last day of the congress,[the last day of the XX "
        "Congress] and most evidence speaks for the morning. I would write “on 25 February, probably in the morning”."
    ),
    SILENT: [THE_PARTY, HIMSELF, FARMS],
    SILENCES: (
        "First, Katyn.[Katyn is left alone] To admit it the leaders would have had to say that Moscow had lied to the "
        "whole world, and Poland was an ally. Secondly, his own part. Stephen Kotkin counts 160,000 "
        "arrests at least,[Stephen Kotkin puts the arrests in Moscow and Ukraine under Khrushchev] and everybody in "
        "the first rows had such a number of his own. From lesson 1: Beria had been shot for these things in 1953. "
        "Nobody wanted to be the next Beria."
    ),
}
HA_SESSION: Work = {
    MIDNIGHT: (
        "Right is 25 February. The morning is better supported than midnight, but it is not proved, since nobody wrote "
        "minutes.[No minutes were kept, and no debate followed]"
    ),
    SILENT: [THE_PARTY, HIMSELF, FARMS],
    SILENCES: (
        "The famine: in lesson 1 I learned that it was the largest loss of life. Who names it must say who is guilty, "
        "and the collective farms still stood.[Much that the listeners had lived through is absent] His own part: he "
        "wanted to be the one who cleans up."
    ),
}
SAM_SESSION_TOO_LATE: Work = {
    MIDNIGHT: "I was ill, sorry. It was in the morning of the 25th.[The midnight story comes from early press reports]",
    SILENT: [THE_PARTY, HIMSELF],
    SILENCES: (
        "He does not speak of the famine and not of himself.[The speaker himself is missing] If he had spoken of "
        "himself, he would have had to go."
    ),
}

SESSION_GRADES: Sequence[Judgement] = [
    Judgement(
        "student1",
        {
            MIDNIGHT: Mark("6"),
            SILENCES: Mark("6", "The date, the party and the first row in one chain. Nothing to add."),
        },
        "Read this one aloud to the others, if you like.",
        [
            Remark(
                "Midnight comes from the press and from memoirs", "You ask where a story comes from. That is the craft."
            )
        ],
    ),
    Judgement(
        "student2",
        {
            MIDNIGHT: Mark("4", "The day is as good as certain, the morning is not: no minutes were kept."),
            SILENCES: Mark("2", "Why would land have to go back? And where is the fact from lesson 1?"),
        },
        "Beware of “100 %”. Historians hardly ever get that far.",
        [
            Remark(
                "because documents say so",
                "Which documents, and of what? Read once more what nobody wrote down.",
                "No minutes were kept, and no debate followed",
            ),
            Remark("They would have had to give the land back", "Who says so? Show me the passage, or take it out."),
        ],
    ),
    Judgement(
        "student3",
        {
            MIDNIGHT: Mark("6", "“So people remembered it like that”: a fine sentence about memory."),
            SILENCES: Mark("5"),
        },
        "The war is in the speech, and his own part is not. Passage C3 beside question 5, please.",
    ),
    Judgement(
        "student4",
        {
            MIDNIGHT: Mark("6", "Your sentence could stand in a textbook."),
            SILENCES: Mark(
                "5",
                "Katyn is a brave choice. Beria was charged with treason and spying, "
                "though, and not with the terror as such.",
            ),
        },
        "Very good, and in time.",
    ),
    Judgement(
        "student5",
        {MIDNIGHT: Mark("6"), SILENCES: Mark("5", "Now you say “must”. Who would have had to answer for it?")},
        "You are writing arguments now. I noticed.",
    ),
]

# --- How a secret travelled -------------------------------------------------------------------------------------------

DATES: Final = "The crowds in Tbilisi began to gather"
GLAD: Final = "Check this claim: “In 1956 everyone in the Soviet Union"
LEAK: Final = "The American telegram says nothing"
TABLE: Final = "Set the letter of the"
THE_LETTER, THE_MEMOIR = "The letter", "The recollections"
WHEN, AGREE, DIFFER, TRUST = "Set down when", "What the other", "Where they differ", "How far you trust"

ANNA_SECRET: Work = {
    DATES: (
        "The crowd cannot have come because of the readings, since these were decided a day later."
        "[On 5 March the Presidium widened the circle] It came because of the anniversary. It does not follow that the "
        "people knew nothing: an edited text was out since 1 March, and rumours need no decision."
        "[An edited text is dated 1 March 1956]"
    ),
    GLAD: (
        "In Tbilisi people mourned Stalin and were shot for it,[They died in a crowd that defended the name of the "
        "man] so “everyone” is wrong. But Tbilisi was his own country, and pride in being Georgian was part of it."
        "[loyalty to Stalin and pride in being Georgian] From one city we cannot know what people in Kazan or Kyiv "
        "felt."
    ),
    LEAK: (
        "Perhaps the department did not know the whole way itself. Perhaps it knew and wanted to protect the person in "
        "Warsaw.[passed one to the Israeli embassy] Either way the telegram is a good source for what Washington meant "
        "to do and no source for the leak; its silence proves neither story."
    ),
    TABLE: {
        THE_LETTER: {
            WHEN: "In March 1956, by a correspondent of Trud.[The letter belongs to March 1956 itself]",
            AGREE: "The crowds, the anniversary, and that troops fired on 9 March.[On 9 March troops fired on it]",
            DIFFER: "He stands beside the crowd and says nothing of what it felt. He did not print it.",
            TRUST: (
                "For the day and the order of things rather far: it is of the time, and confidential."
                "[its writer had no need to please the public] Not for the number of the dead."
            ),
        },
        THE_MEMOIR: {
            WHEN: "Long afterwards, by a student who was in it.[He wrote long afterwards]",
            AGREE: "Anniversary, downgrading, troops.[turned against his downgrading]",
            DIFFER: "He gives the reasons of the crowd,[The crowd’s cause was Stalin’s honour] the letter does not.",
            TRUST: (
                "That he was there and why he went: yes. Otherwise less, for he writes with a cause. And both reach us "
                "through one website, so they are not two witnesses who know nothing of each other."
                "[someone selected and translated it with a purpose]"
            ),
        },
    },
}
DMITRI_SECRET: Work = {
    DATES: (
        "That the crowd was there before the reading. It was the anniversary.[to mark the anniversary of his death]"
    ),
    GLAD: (
        "Not everyone. In Tbilisi 22 people were killed because they loved Stalin."
        "[These were the first people to die over the speech]"
    ),
    LEAK: (
        "They left it out because the CIA had stolen the speech. If they had written that, the Russians would have "
        "known it."
    ),
    # He trusts the letter and does not say why: that cell stays empty.
    TABLE: {
        THE_LETTER: {
            WHEN: "March 1956, a journalist.[The letter belongs to March 1956 itself]",
            AGREE: "That there were crowds and soldiers.",
            DIFFER: "It is secret. The other is public.",
        },
        THE_MEMOIR: {
            WHEN: "Later, a student.",
            AGREE: "That the troops fired.[How many died is disputed to this day]",
            DIFFER: "He is for the crowd.",
            TRUST: "Not much, because he is on Stalin’s side.",
        },
    },
}
LAYLA_SECRET: Work = {
    DATES: (
        "Dates can say “not because of”. They cannot say “because of”. The readings are ruled out as the first cause; "
        "the anniversary is not proved by that, only possible."
    ),
    GLAD: (
        "The shots came from those who had just condemned shooting.[the shots came from the state whose leader had "
        "just described them] Whoever tells 1956 as spring has to leave Tbilisi out."
        "[Anyone who pictures a whole country breathing out in relief] What one city cannot prove: that the whole "
        "country was against it either."
    ),
    LEAK: (
        "Telegrams are read by clerks, so one leaves out what one wants to keep. And a text without a story is "
        "cleaner: no comment, no thief.[The text is to be given out without American comment]"
    ),
}
MAXIMILIANE_SECRET: Work = {
    DATES: (
        "It follows that people in Tbilisi did not gather because the party had read them the speech. It does not "
        "follow that they had not heard of it, for the correspondent writes that the crowds turned against the "
        "downgrading of Stalin.[turned against his downgrading] Somebody must have told them."
    ),
    GLAD: (
        "False for Georgia. Oniani was in the crowd, and its cause was Stalin’s honour,[The crowd’s cause was Stalin’s "
        "honour] but he wrote it decades later for a website that is on Stalin’s side, so I take only his presence "
        "from it. Letters from other places also defended Stalin.[many letters of those years also took Stalin’s side] "
        "One city cannot show how many people thought so."
    ),
    LEAK: (
        "The writers may have been forbidden to say it, or it was not needed for the instruction. For the study of the "
        "leak one must go to other sources.[Other evidence leads to a Polish copy]"
    ),
    TABLE: {
        THE_LETTER: {
            WHEN: "During the events, by a reporter, for officials.[he had officials to think of]",
            AGREE: "That the downgrading was known.[word of the leader’s downgrading had reached Georgia]",
            DIFFER: "The letter explains the crowd from outside. About the number of the dead both do not help.",
            TRUST: "For what he saw, much. For what he explains, I would first ask to whom he wrote.",
        },
        THE_MEMOIR: {
            WHEN: "Decades later, by one of the crowd.[joined the demonstrations]",
            AGREE: "The letter supports the date of 9 March.",
            DIFFER: "He says why they came, the reporter says that they came.",
            TRUST: (
                "A little: his account should be held against the papers of the time."
                "[For numbers and for the other side’s reasons he is no witness]"
            ),
        },
    },
}
HA_SECRET_BEGUN: Work = {DATES: "It follows that the anniversary", GLAD: "Not everyone was glad, for example"}
SAM_SECRET_TOO_LATE: Work = {
    DATES: "The crowd was first.[crowds began to gather on 4 March 1956]",
    GLAD: (
        "In Tbilisi they were sad and angry. It was on 9 March.[On 9 March troops fired on it] One city is not the "
        "whole Soviet Union."
    ),
    LEAK: "They wanted to protect the spy.",
}
ANNA_SECRET_MARKS: Mapping[str, Mark] = {
    DATES: Mark("6", "What the dates rule out and what they leave open: complete."),
    GLAD: Mark("6"),
    LEAK: Mark("6", "Good that you do not choose."),
    TABLE: Mark("5", "The last cell is the best one. What other source could settle the number?"),
}
FOR_THE_ESSAY: Final = "Clear and exact. For the essay: let one source answer another."
DMITRI_SECRET_MARKS: Mapping[str, Mark] = {
    DATES: Mark("3", "The half that does not follow is missing."),
    GLAD: Mark("3", "22 is one count among several. Have you seen the figure below ¶10?"),
}

# --- Who came back ----------------------------------------------------------------------------------------------------

FREE_TEN: Final = "Why might a government find it easier"
PEOPLES: Final = "Check this claim: “Khrushchev let all the deported"
ESSAY: Final = "What did it mean to come back"
FIVE_PEOPLES: Final = ["Wrong: five peoples regained autonomy"]
ALL_OF_THEM: Final = ["Correct: the decree of July 1956"]

ANNA_ESSAY_BEGUN: Work = {
    PEOPLES: FIVE_PEOPLES,
    FREE_TEN: (
        "To free somebody costs the state nothing but his work. To clear him is to say who was wrong."
        "[To clear him is to admit that a police officer] 153,502 sentences were eased and 14,338 people cleared."
    ),
    ESSAY: (
        "To come back meant three different things, and most people got only the first of them: the gate, the paper, "
        "and a place among others.[Release was one thing, rehabilitation another, and a place among others a third]\n\n"
        "Take the prisoners first. For one whose name was cleared, about eleven only had their sentences eased."
        "[about eleven had a sentence shortened] They were free, and on paper they were still guilty.\n\n"
        "Now the Chechens. In July 1956 they were taken off the register and told not to go home,"
        "[The register of exiles is closed; the road home is not opened] and four months later they might. I do not "
        "think that Moscow had changed its mind; people were already on the trains. The resolution says it was a "
        "correction,[It reads as a correction made from above|contradicts] but"
    ),
}
DMITRI_ESSAY_FIRST: Work = {
    PEOPLES: FIVE_PEOPLES,
    FREE_TEN: "Because innocent means that the state was guilty.[the state forgives]",
    ESSAY: "It meant to be free but not equal. The Crimean Tatars were not even allowed to come back.",
}
DMITRI_ESSAY: Work = {
    PEOPLES: FIVE_PEOPLES,
    FREE_TEN: (
        "Because innocent means that the state was guilty.[the state forgives] 14,338 against 153,502 shows how rarely "
        "it wanted to say so."
    ),
    ESSAY: (
        "It meant to be free but not equal. Adler says that they stayed marked.[Ex-prisoners stayed marked]\n\n"
        "The Crimean Tatars were not even allowed to come back. In 1967 the accusation was dropped, and the punishment "
        "went on.[The accusation was dropped and the punishment stayed] The decree does not call them a nation."
        "[The text avoids speaking of a Crimean Tatar nation]\n\n"
        "So it does not deserve the name. One thing speaks against me: five peoples got their republics back, and "
        "nobody forced Khrushchev to do that.[The national autonomy of five peoples is to be restored|contradicts]"
    ),
}
LAYLA_ESSAY_BEGUN: Work = {PEOPLES: ALL_OF_THEM, ESSAY: "Coming back is not the same as being let go."}
LAYLA_ESSAY_AT_HOME: Work = {
    PEOPLES: ALL_OF_THEM,
    ESSAY: (
        "Coming back is not the same as being let go. Somebody has to be there who lets you in."
        "[From the platform you could not tell the thief]"
    ),
}
LAYLA_ESSAY_ON_THE_BUS: Work = {
    PEOPLES: ALL_OF_THEM,
    ESSAY: (
        "Coming back is not the same as being let go. Idea from the bus: there is a word for what the state does for "
        "the victim and none for what it does with the one who did it."
    ),
}
MAXIMILIANE_ESSAY_TOO_SOON: Work = {
    PEOPLES: FIVE_PEOPLES,
    ESSAY: (
        "Coming back was two things at once. One was a paper from an office, and the other was a street on which "
        "people looked away or did not.[From the platform you could not tell the thief]"
    ),
}
HA_ESSAY: Work = {
    PEOPLES: FIVE_PEOPLES,
    FREE_TEN: (
        "Freeing looks like kindness, and clearing is a confession. With every innocent person one must ask who "
        "accused her.[invite the question who else was] The numbers fit: for each one cleared, eleven were only let "
        "off.[For every person whose name was cleared]"
    ),
    ESSAY: (
        "I think that coming back meant to get one’s freedom from the state, and to get everything else, or not, from "
        "the neighbours.\n\n"
        "The prisoners were freed faster than they were cleared. An ex-prisoner stood at the station, and nobody could "
        "see whether she was a thief.[A neighbour who met one of them at the station could not tell which] Dobson "
        "found fear of them in letters.[The releases alarmed many Soviet citizens] Adler says that it was the state "
        "which kept them down.[came home to a state that gave back their name slowly and with reluctance|context] I "
        "find that the second came first: who gets a clean paper is feared less.\n\n"
        "The peoples are another case. Five got their autonomy back in 1956. The Crimean Tatars did not, in 1967 they "
        "were forgiven something they had not done and had to stay where they were.[The decree clears the people and "
        "keeps them where they are|contradicts]\n\n"
        "So I would call the return de-Stalinization, but a half: it undid the camps and not the way of thinking which "
        "says that a state may decide where a people belongs."
    ),
}
HA_ESSAY_MARKS: Mapping[str, Mark] = {
    FREE_TEN: Mark("6"),
    ESSAY: Mark(
        "9",
        "Adler and Dobson are made to answer each other: that is the heart of it. The fourth source could "
        "be the decree of July 1956.",
    ),
}
HA_ESSAY_FEEDBACK: Final = "Handed in early, and you have come a long way since the first work."
SAM_ESSAY_BEGUN: Work = {PEOPLES: FIVE_PEOPLES}
DMITRI_SESSION_TO_REVISE: Final = (
    "Two things are missing in your answer about the silences: a fact from Lesson 1, and a passage that bears out what "
    "you say about the land. Write that answer once more; the others may stay."
)
COUNCIL: Final = "School council"
IN_THE_COUNCIL_BECAUSE: Final = "The council meets in that lesson."
MORE_TIME_BECAUSE: Final = "We read the sources of the essay together first."

# --- Catching up ------------------------------------------------------------------------------------------------------

SUCCESSOR: Final = "Check this claim: “When Stalin died in March 1953"
BERIAS_FALL: Final = "Beria’s fall is sometimes called"

MAXIMILIANE_CATCHING_UP: Work = {BERIAS_FALL: "Have I not done this lesson already?"}
SAM_CATCHING_UP: Work = {
    SUCCESSOR: ["Wrong, because power was shared out"],
    BERIAS_FALL: "Last act: the charges were the old ones.[Treason and spying were the charges] First act:",
}

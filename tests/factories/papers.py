"""Questions of every kind, in two languages, as they are printed."""

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.kinds import Gap, Option, QuestionContent, Settings
from tests.factories.quiz import CANARY

ROOTS, SUMS = r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^{n} x_i \le \int_0^1 f(x)\,dx"
FEEDBACK = Faces(zh=f"说明 {CANARY}", en=f"Because {CANARY}")


def _options(*texts: tuple[str, str, int]) -> list[Option]:
    return [Option(text=Faces(zh=zh, en=en), fraction=fraction, feedback=FEEDBACK) for zh, en, fraction in texts]


def every_kind() -> list[QuestionContent]:
    """Return one question of each kind and some with formulas, code and tables."""
    return [*_chosen(), *_typed(), *_arranged(), *_rich()]


def _chosen() -> list[QuestionContent]:
    return [
        QuestionContent(
            kind=QuestionKind.DESCRIPTION,
            text=Faces(
                zh="请先读下面的话：**党务公开**的内容，应当按规定的范围、时限和方式公布。",
                en="Read this first: **affairs are published**, in the time and in the form that the rules say.",
            ),
        ),
        QuestionContent(
            kind=QuestionKind.SINGLE_CHOICE,
            text=Faces(
                zh="支部委员会会议一般多久召开一次？", en="How often does the committee of a branch meet, as a rule?"
            ),
            options=_options(
                ("每月一次", "Once a month", 1000),
                ("每季度一次", "Once a quarter", 0),
                ("每半年一次", "Twice a year", 0),
                ("每年一次", "Once a year", 0),
            ),
            feedback=FEEDBACK,
        ),
        QuestionContent(
            kind=QuestionKind.MULTIPLE_CHOICE,
            text=Faces(zh="会议记录应当写明哪些内容？", en="What does a record of a meeting have to say?"),
            options=_options(
                (
                    "会议的时间、地点、主持人、出席和缺席的人员名单以及记录人的姓名",
                    "when and where it was, who was there, who was not, and who wrote the record",
                    500,
                ),
                (
                    "每一项议题的讨论情况和表决结果，赞成、反对和弃权各有多少",
                    "what was said on each item and how many were for it, against it, or neither",
                    500,
                ),
                ("会场的布置", "how the room was laid out", 0),
            ),
        ),
        QuestionContent(
            kind=QuestionKind.TRUE_FALSE,
            text=Faces(zh="账目应当每季度公布。", en="Accounts are published every quarter."),
            options=[Option(fraction=1000), Option(fraction=0)],
        ),
    ]


def _typed() -> list[QuestionContent]:
    return [
        QuestionContent(
            kind=QuestionKind.SHORT_ANSWER,
            text=Faces(zh="党支部党员大会一般每几个月召开一次？", en="Name the book in which the record is kept."),
            options=[Option(fraction=1000, pattern="secret-minute-book")],
            feedback=FEEDBACK,
        ),
        QuestionContent(
            kind=QuestionKind.NUMERICAL,
            text=Faces(zh="圆的半径是 $r=2$，它的面积是多少？", en="A circle has the radius $r=2$. How large is it?"),
            options=[Option(fraction=1000, pattern="12.5664", tolerance="0.01")],
        ),
        QuestionContent(
            kind=QuestionKind.ESSAY,
            text=Faces(
                zh="请谈谈怎样让外出务工的党员参加组织生活。", en="How can members who work far away take part?"
            ),
            settings=Settings(lines=6, model=Faces(zh=f"范文 {CANARY}", en=f"Model {CANARY}")),
        ),
        QuestionContent(
            kind=QuestionKind.CLOZE,
            text=Faces(
                zh="支部应当[[1]]召开一次党员大会，每月开一次[[2]]，一共[[3]]次。",
                en="A branch meets every [[1]], its committee every [[2]], [[3]] times in all.",
            ),
            gaps=[
                Gap(
                    key="1",
                    kind=QuestionKind.SINGLE_CHOICE,
                    options=tuple(_options(("每季度", "quarter", 1000), ("每年", "year", 0), ("每周", "week", 0))),
                ),
                Gap(key="2", kind=QuestionKind.SHORT_ANSWER, options=(Option(fraction=1000, pattern="secret-month"),)),
                Gap(key="3", kind=QuestionKind.NUMERICAL, options=(Option(fraction=1000, pattern="16"),)),
            ],
        ),
    ]


def _arranged() -> list[QuestionContent]:
    pairs = (
        ("三会一课", "three meetings and a lesson", "组织生活", "the life of a branch"),
        ("党费", "dues", "每月缴纳", "paid monthly"),
        ("公示", "notice", "不少于五个工作日", "five working days at least"),
    )
    steps = (
        ("递交申请书", "hand in the application"),
        ("确定为积极分子", "be named an active applicant"),
        ("列为发展对象", "be chosen as a candidate"),
        ("接收为预备党员", "be admitted on probation"),
    )
    return [
        QuestionContent(
            kind=QuestionKind.MATCHING,
            text=Faces(zh="把左右两边配起来。", en="Match both sides."),
            options=[
                *(Option(text=Faces(zh=a, en=b), partner=Faces(zh=c, en=d)) for a, b, c, d in pairs),
                Option(partner=Faces(zh="每年两次", en="twice a year")),
            ],
        ),
        QuestionContent(
            kind=QuestionKind.ORDERING,
            text=Faces(zh="按先后排列发展党员的步骤。", en="Put the steps in order."),
            options=[Option(text=Faces(zh=zh, en=en)) for zh, en in steps],
        ),
    ]


def _rich() -> list[QuestionContent]:
    code = "```python\ndef total(marks):\n    return sum(marks) / len(marks)  # 平均分\n```"
    table = "| 年 | 人数 |\n|---|---|\n| 2024 | 31 |\n| 2025 | 42 |"
    return [
        QuestionContent(
            kind=QuestionKind.SINGLE_CHOICE,
            text=Faces(
                zh=f"方程 $ax^2+bx+c=0$ 的解是哪一个？\n\n$${ROOTS}$$\n\n{table}\n\n{code}",
                en=f"Which of these solves $ax^2+bx+c=0$ and ${SUMS}$?\n\n{table}\n\n{code}",
            ),
            options=_options(
                ("$\\frac{1}{2}$", "$\\frac{1}{2}$", 1000),
                ("$x_1^2$", "$x_1^2$", 0),
                ("$\\sqrt[3]{8}$", "$\\sqrt[3]{8}$", 0),
                ("`len(marks)`", "`len(marks)`", 0),
            ),
        ),
    ]

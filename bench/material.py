"""Made-up forum threads, the same at every run: half Chinese, half English, some 600 characters a post."""

import json
import random
from pathlib import Path

# ruff: noqa: SIM905 -- a sentence split into words is easier to read than a list of them
CHINESE = (
    "支部 例会 每月 一次 ， 通知 要 写明 时间 地点 和 议题 。 会议 记录 当天 整理 ， 三天 之内 公布 。 "
    "账目 按 季度 公开 ， 大项 支出 单独 列出 ， 附 凭据 编号 。 成员 提问 五个 工作日 之内 答复 。"
).split()
ENGLISH = (
    "the branch meets once a month and the notice names time place and agenda . minutes are written the same day and "
    "shown within three days . accounts are published every quarter and large items stand alone with a receipt ."
).split()
MARKS = ("**{}**", "*{}*", "`{}`", "[{}](https://example.org/page)", "{}", "{}", "{}", "{}", "{}", "{}")


def body(rng: random.Random, *, chinese: bool) -> str:
    """Return one post of about 600 characters with emphasis, code, links, a list and a quote."""
    words, glue, size = (CHINESE, "", 300) if chinese else (ENGLISH, " ", 95)
    parts = [rng.choice(MARKS).format(word) if len(word) > 2 else word for word in rng.choices(words, k=size // 2)]
    more = glue.join(rng.choices(words, k=size // 2))
    listed = "\n".join(f"- {glue.join(rng.choices(words, k=6))}" for _n in range(3))
    return f"{glue.join(parts)}\n\n> {glue.join(rng.choices(words, k=10))}\n\n{listed}\n\n{more}"


def pool(size: int) -> list[tuple[str, str]]:
    """Return so many posts as (body, HTML), all of much the same length."""
    from core.markup import render  # noqa: PLC0415 -- pages are measured without the application in this process

    rng = random.Random(7)
    bodies = [body(rng, chinese=number % 2 == 0) for number in range(size)]
    return [(text, render(text).html) for text in bodies]


def write_threads(path: Path, *, threads: int, posts: int) -> int:
    """Write JSON lines for ``import threads``: ``threads`` threads of ``posts`` posts; return the number of posts."""
    rng = random.Random(20)
    with path.open("w", encoding="utf-8") as out:
        for t in range(threads):
            for p in range(posts):
                chinese = (t + p) % 2 == 0
                line = {
                    "thread_id": f"b{t}",
                    "post_id": f"b{t}-{p}",
                    "parent_id": None if p == 0 else f"b{t}-{rng.randrange(p)}",
                    "author": f"bench{rng.randrange(200)}",
                    "created_at": f"2026-0{1 + p % 9}-{1 + t % 28:02}T08:{p % 60:02}:00Z",
                    "title": f"Benchmark {t}" if p == 0 else None,
                    "body": body(rng, chinese=chinese),
                    "format": "markdown",
                }
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return threads * posts

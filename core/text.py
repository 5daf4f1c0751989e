"""Plain text: cleaning what came in, cutting it short, guessing its language, naming it in addresses."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final, Literal

Language = Literal["zh-Hans", "zh-Hant", "en", "und"]

# Controls except tab and line feed, lone surrogates, noncharacters of every plane, the byte order mark and the two
# overriding direction marks, which show a line in another order than it is stored.
_PLANES: Final = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
_UNWANTED: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\u202d\u202e{_PLANES}]+")
_LINE_END: Final = re.compile("\r\n?|\u2028|\u2029")

_TAG: Final = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^>"]|"[^"]*")*+>')
_READING: Final = re.compile(r"<(r[tp])>[^<]*</\1>")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCK_NAMES: Final = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_CELLS: Final = frozenset({"td", "th"})
_SPACES: Final = re.compile(r"[ \t\u00a0]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")
_BETWEEN_HAN: Final = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])\s+(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])"
)

_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_ACCENTED: Final = re.compile(r"[\u00c0-\u024f]")
_OTHER: Final = re.compile(r"[\u0370-\u1fff\uac00-\ud7a3]")
_URL: Final = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]+")

# Frequent characters that have another shape in the other script, in pairs; those that also occur there are left out.
_SIMPLIFIED: Final = frozenset(
    "这们来说时国会对为个过学经动现见问间没关无马车门书长东两业严丰临举义乐习乡买乱争亏云产亲亿仅从众优伤传体"
    "价债养兴内军农决况冻净减凤务剧办劳励单卖卢卫卷厂厅历压厌县参双发变叙号叹听启吗员响团围园图圆圣场块坏坚坛"
    "备复够头夺奋妇孙宁宝实审宽对导尔尘尝层属岁岛币师带帮广庄应库废开异弃张弹强归录彻径忆怀态总恋恳恶惊惯愿戏战"
    "户执扩扫扬报担拥择损换据敌数断旧显术机杀杂权条杨极构枪标样树桥检楼欢欧歼残毕气汇汉汤沟沪测济浅浆浓涛润温湾满"
    "灭灯灵炉点烂烦热爱爷牵牺状独狱狮猎环电画畅疗盐监盖盘盗确碍础礼祸禅离种积称稳穷窃竞笔节范药荐荡荣莱获营萧萨"
    "虑虽虾蚀补装让议讨记许论设访证评识诉词试诗话该详语误请诸读课谁调谈谢谱财责贤败货质购贵贸费贺资赏赔赖赛赞赵"
    "趋跃践踪车轨转轮软轰轻载较辆辈辉输边达迁运进远违连迟适选遗邓邮郑酱释针钟钢钱铁铅银链销锁错镇镜闭闲闹闻阳阴阵"
    "阶际陆陈险随隐隶难雾静韩页顶项顺须顾顿预领频题颜风飞饭饮饰馆驱驶驻骂验骗鱼鲁鲜鸟鸡鸣麦黄齐齿龄龙龟"
)
_TRADITIONAL: Final = frozenset(
    "這們來說時國會對為個過學經動現見問間沒關無馬車門書長東兩業嚴豐臨舉義樂習鄉買亂爭虧雲產親億僅從眾優傷傳體"
    "價債養興內軍農決況凍淨減鳳務劇辦勞勵單賣盧衛捲廠廳歷壓厭縣參雙發變敘號嘆聽啟嗎員響團圍園圖圓聖場塊壞堅壇"
    "備復夠頭奪奮婦孫寧寶實審寬對導爾塵嘗層屬歲島幣師帶幫廣莊應庫廢開異棄張彈強歸錄徹徑憶懷態總戀懇惡驚慣願戲戰"
    "戶執擴掃揚報擔擁擇損換據敵數斷舊顯術機殺雜權條楊極構槍標樣樹橋檢樓歡歐殲殘畢氣匯漢湯溝滬測濟淺漿濃濤潤溫灣滿"
    "滅燈靈爐點爛煩熱愛爺牽犧狀獨獄獅獵環電畫暢療鹽監蓋盤盜確礙礎禮禍禪離種積稱穩窮竊競筆節範藥薦蕩榮萊獲營蕭薩"
    "慮雖蝦蝕補裝讓議討記許論設訪證評識訴詞試詩話該詳語誤請諸讀課誰調談謝譜財責賢敗貨質購貴貿費賀資賞賠賴賽贊趙"
    "趨躍踐蹤車軌轉輪軟轟輕載較輛輩輝輸邊達遷運進遠違連遲適選遺鄧郵鄭醬釋針鐘鋼錢鐵鉛銀鏈銷鎖錯鎮鏡閉閒鬧聞陽陰陣"
    "階際陸陳險隨隱隸難霧靜韓頁頂項順須顧頓預領頻題顏風飛飯飲飾館驅駛駐罵驗騙魚魯鮮鳥雞鳴麥黃齊齒齡龍龜"
)
_ONLY_SIMPLIFIED: Final = _SIMPLIFIED - _TRADITIONAL
_ONLY_TRADITIONAL: Final = _TRADITIONAL - _SIMPLIFIED
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories of what shows nothing by itself: controls, marks of format and direction, blanks."""
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
"""Letters and marks that show nothing by themselves either: fillers, the empty Braille cell, variation selectors."""
LANGUAGE_SAMPLE: Final = 4000
"""Characters of a text that are looked at to tell its language."""


def normalise(text: str) -> str:
    """Return the text composed (NFC), with Unix line ends and without characters that no writer means."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_END.sub("\n", text)))


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen. Signs without width mean something beside others, as in emoji."""
    return all(sign in _FILLERS or unicodedata.category(sign) in _UNSEEN for sign in text)


def plain(markup: str) -> str:
    """Return the words of an HTML fragment, one line a block, entities resolved; readings above words are left out."""
    if "<rt>" in markup:
        markup = _READING.sub("", markup)
    return tidy(html.unescape(_TAG.sub(_space_for, _COMMENT.sub("", markup)))) if markup else ""


def _space_for(tag: re.Match[str]) -> str:
    """Say what stands in the text in place of a tag."""
    name = tag[2].lower()
    if name in _BLOCKS:
        return "\n"
    return " " if name in _CELLS and not tag[1] else ""


def tidy(text: str) -> str:
    """Return the text with runs of spaces and of empty lines made one."""
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """Return a text on one line; no space comes between Chinese characters where a line ended."""
    return " ".join(_BETWEEN_HAN.sub("", text).split())


def excerpt(text: str, length: int = 160) -> str:
    """Return the beginning of a plain text on one line, at most ``length`` characters and cut at a word."""
    line = one_line(text[: length * 4])
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    space = cut.rfind(" ")
    if line[length - 1].isascii() and line[length - 1].isalnum() and space > length // 2:
        cut = cut[:space]
    return cut.rstrip(" ,.;:，。；：、") + "…"


def detect_language(text: str) -> Language:
    """Guess the language of a text: Chinese in one of two scripts, English, or ``und`` for anything else."""
    sample = _URL.sub(" ", text[:LANGUAGE_SAMPLE])
    han = _HAN.findall(sample)
    words = len(_WORD.findall(sample))
    foreign = len(_OTHER.findall(sample)) + 2 * len(_KANA.findall(sample))
    if foreign > max(len(han), words):
        return "und"
    # A Chinese sentence with English terms in it is still Chinese: one Han character weighs half a word.
    if han and len(han) * 2 >= words:
        return "und" if foreign * 5 > len(han) else _script(han)
    if not words or len(_ACCENTED.findall(sample)) * 12 > words:
        return "und"
    return "en"


def _script(han: list[str]) -> Language:
    simplified = sum(sign in _ONLY_SIMPLIFIED for sign in han)
    return "zh-Hant" if sum(sign in _ONLY_TRADITIONAL for sign in han) > simplified else "zh-Hans"


def slugify(text: str, length: int = 60) -> str:
    """Return a name for an address: lower-case letters and digits of any script, parted by hyphens; may be empty."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return "-".join(words)[:length].strip("-")

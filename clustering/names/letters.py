"""Say how one character of each covered script is written in plain Latin letters.

Takes nothing, gives the translate table `LATIN_FORMS` (code point -> lower-case ASCII). Characters that need their
neighbours (kana digraphs, Indic vowels, Greek digraphs) are treated in `clustering.names.sounds` first; this table holds
their plain values. Chinese characters are not here (`clustering.names.han`).

The tables follow the looks of news English where it exists (Лавров -> lavrov, Юлия -> yuliya), not a library standard:
their one use is that forms of a name in several scripts come close to one another.
"""

from __future__ import annotations

import unicodedata

__all__ = ["LATIN_FORMS", "LatinForms"]

_CYRILLIC = (
    "а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch "
    "ъ - ы y ь - э e ю yu я ya і i ї yi є ye ґ g ў w ј y љ l њ n ћ c ђ dj џ dz ѓ g ќ k ѕ dz ә a ғ g қ k ң n ө o ұ u ү u "
    "һ h ӣ i ӯ u ӳ u ҷ j ѣ e ѳ f ѵ i"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
# Long vowels are written in Arabic, short ones are not: و and ي stand for vowels except where sounds.py sees a consonant.
_ARABIC = (
    "ا a أ a إ e آ a ٱ a ء - ئ i ؤ u ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f "
    "ق q ك k ل l م m ن n ه h ة a و u ى a ي i پ p چ ch ژ zh گ g ڤ v ک k ی i ۀ h ە e ې e ۇ u ۆ o ۋ v ێ e ڕ r ڵ l ے e ں n "
    "ہ h ھ h ٹ t ڈ d ڑ r ۂ h ۃ a ڭ n ګ g ڼ n ړ r ټ t ډ d ښ sh ځ dz څ ts ـ -"
)
_HEBREW = (
    "א a ב v ג g ד d ה h ו v ז z ח h ט t י i כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף f צ ts ץ ts ק k ר r ש sh ת t"
)
_GEORGIAN = (
    "ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch ც ts "
    "ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h"
)
_ARMENIAN = (
    "ա a բ b գ g դ d ե e զ z է e ը e թ t ժ zh ի i լ l խ kh ծ ts կ k հ h ձ dz ղ gh ճ ch մ m յ y ն n շ sh ո o չ ch պ p ջ j "
    "ռ r ս s վ v տ t ր r ց ts ւ v փ p ք k օ o ֆ f և ev"
)
_DEVANAGARI = (
    "अ a आ a इ i ई i उ u ऊ u ऋ ri ए e ऐ ai ओ o औ au ऑ o ऍ e क k ख kh ग g घ gh ङ n च ch छ ch ज j झ jh ञ n ट t ठ th ड d "
    "ढ dh ण n त t थ th द d ध dh न n प p फ ph ब b भ bh म m य y र r ल l ळ l व v श sh ष sh स s ह h ा a ि i ी i ु u ू u "
    "ृ ri े e ै ai ो o ौ au ॉ o ॅ e ं n ँ n ः h ् - ़ - । . ॥ ."
)
_KANA = (
    "ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to "
    "ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ラ ra リ ri "
    "ル ru レ re ロ ro ワ wa ヰ i ヱ e ヲ o ン n ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo ダ da ヂ ji ヅ zu "
    "デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ vu ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo "
    "ヮ wa ッ - ー - ヵ ka ヶ ke"
)
_LATIN_EXTRA = (
    'ß ss æ ae œ oe ø o đ d ð d þ th ł l ı i ħ h ŋ n ĸ k ŧ t ə e ɣ g ʻ - ʼ - ʿ - ʾ - ’ \' ‘ \' ʹ \' ′ \' “ " ” " „ " « " » " '
    "– - — - ‐ - ‑ - − - · - … . ¿ - ¡ -"
)
_JAMO_LEAD = ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h"]
_JAMO_VOWEL = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_JAMO_TAIL = [
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "-",
]


def _pairs(listing: str, keep_dash: str = "") -> dict[int, str]:
    parts = listing.split()
    return {ord(key): keep_dash if value == "-" else value for key, value in zip(parts[::2], parts[1::2], strict=True)}


def _first_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for listing in (_CYRILLIC, _GREEK, _ARABIC, _HEBREW, _GEORGIAN, _ARMENIAN, _DEVANAGARI, _KANA, _LATIN_EXTRA):
        table.update(_pairs(listing))
    for dash in "–—‐‑−":
        table[ord(dash)] = "-"
    for code in range(ord("ァ"), ord("ヶ") + 1):
        if code in table:
            table[code - 0x60] = table[code]
    for code in range(0x20):
        table[code] = chr(code) if chr(code).isspace() else ""
    table[0x7F] = ""
    for code in range(0x20, 0x7F):
        table[code] = chr(code).lower()
    return table


class LatinForms(dict[int, str]):
    """A translate table that works out a missing code point once, from its Unicode decomposition.

    A character of a script that is not covered stays as it is in lower case, so nothing is lost and nothing raises;
    combining marks and other formatting characters vanish.
    """

    def __missing__(self, code: int) -> str:
        form = self._work_out(code)
        self[code] = form
        return form

    def _work_out(self, code: int) -> str:
        char = chr(code)
        if 0xAC00 <= code <= 0xD7A3:
            lead, rest = divmod(code - 0xAC00, 588)
            vowel, tail = divmod(rest, 28)
            parts = (_JAMO_LEAD[lead], _JAMO_VOWEL[vowel], _JAMO_TAIL[tail])
            return "".join(part for part in parts if part != "-")
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"):
            return ""
        if category.startswith("Z"):
            return " "
        lower = char.lower()
        if lower != char:
            return "".join(self[ord(part)] for part in lower)
        decomposed = unicodedata.normalize("NFKD", char)
        if decomposed != char:
            return "".join(self[ord(part)] for part in decomposed)
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            return str(digit)
        name = unicodedata.name(char, "")
        if name.startswith("LATIN "):
            # Letters with a stroke, hook or turn: the last single letter of the Unicode name, if there is one.
            letters = [word for word in name.split(" WITH ")[0].split(" ") if len(word) == 1 and word.isascii()]
            return letters[-1].lower() if letters else ""
        return char


LATIN_FORMS = LatinForms(_first_table())

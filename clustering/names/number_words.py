"""Know the small numbers written as words, and the words that multiply a number, in the main languages.

Tables written by hand. Takes a lower-case word, gives its ordinal or cardinal value (1-20) or its factor (thousand, million...).
"""

from __future__ import annotations

__all__ = ["CARDINALS", "MAGNITUDES", "ORDINALS"]

_ORDINALS = [
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième",
]  # fmt: skip
# Stems that take adjective endings, value by position; "/" separates variants.
_ORDINAL_STEMS = {
    "ru": (
        "перв втор трет четверт/четвёрт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат "
        "восемнадцат девятнадцат двадцат",
        "ый ой ий ого его ому ему ым им ом ем ая ую юю ое ее ые ые ых ыми ья ье ью ьи ьего ьему ьим ьем ьей",
    ),
    "uk": (
        "перш друг трет четверт п'ят/п’ят шост сьом восьм дев'ят/дев’ят десят одинадцят дванадцят тринадцят чотирнадцят п'ятнадцят/п’ятнадцят "
        "шістнадцят сімнадцят вісімнадцят дев'ятнадцят/дев’ятнадцят двадцят",
        "ий ій ого ього ому ьому им ім а я у ю е є і их ими ої ою",
    ),
    "bg": ("първ втор трет четвърт пет/пет шест седм осм девет десет единадесет дванадесет тринадесет", "и ият ия а ата о ото ите"),
    "de": (
        "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt vierzehnt fünfzehnt sechzehnt siebzehnt achtzehnt "
        "neunzehnt zwanzigst",
        "e en er es em",
    ),
    "es": ("primer segund tercer cuart quint sext séptim octav noven décim undécim duodécim decimotercer decimocuart decimoquint decimosext decimoséptim decimoctav decimonoven vigésim", "o a os as"),
    "pt": ("primeir segund terceir quart quint sext sétim oitav non décim", "o a os as"),
    "it": ("prim second terz quart quint sest settim ottav non decim undicesim dodicesim tredicesim quattordicesim quindicesim sedicesim diciassettesim diciottesim diciannovesim ventesim", "o a i e"),
    "pl": (
        "pierwsz drug/drugi trzec czwart piąt szóst siódm ósm dziewiąt dziesiąt jedenast dwunast trzynast czternast piętnast szesnast "
        "siedemnast osiemnast dziewiętnast dwudziest",
        "y i ego iego emu iemu ym im a ia ą ią ej iej e ie ych ich",
    ),
    "cs": ("první druh třet čtvrt pát šest sedm osm devát desát jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct dvacát", "ý ého ému ém ým á é ou í ího ímu ím"),
    "nl": ("eerst tweed derd vierd vijfd zesd zevend achtst negend tiend elfd twaalfd dertiend veertiend vijftiend zestiend zeventiend achttiend negentiend twintigst", "e"),
    "sv": ("först andr tredj fjärd femt sjätt sjund åttond niond tiond elft tolft trettond fjortond femtond sextond sjuttond artond nittond tjugond", "e a"),
    "tr": ("birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci dokuzuncu onuncu", "- si sı nin"),
    "ar": ("الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر", "- ة"),
}  # fmt: skip
_CARDINALS = [
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
    "- deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
    "- dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
    "- due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti",
    "- dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove vinte",
    "- duas - - - - - - - - - - - catorze - dezasseis dezassete - dezanove -",
    "- два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
    "- двое трое четверо пятеро шестеро семеро - - - - - - - - - - - - -",
    "- двух трёх четырех пяти шести семи восьми девяти десяти - - - - - - - - - -",
    "- две трех четырёх - - - - - - - - - - - - - - - -",
    "- два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять",
    "- двоє троє четверо п’ять - - - дев’ять - - - - - п’ятнадцять - - - дев’ятнадцять -",
    "- dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia",
    "- dvě tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct dvacet",
    "- twee drie - vijf zes zeven - negen tien - twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig",
    "- två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo",
    "- iki üç dört beş altı yedi sekiz dokuz - - - - - - - - - - yirmi",
    "- kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen - - - - - - - - - -",
    "- két három négy öt hat hét nyolc kilenc tíz tizenegy tizenkét - - - - - - - húsz",
]  # fmt: skip


def _ordinals() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _ORDINALS:
        table.update({word: value for value, word in enumerate(line.split(), start=1) if word != "-"})
    for stems, endings in _ORDINAL_STEMS.values():
        for value, variants in enumerate(stems.split(), start=1):
            for stem in variants.split("/"):
                for ending in endings.split():
                    table.setdefault(stem + ("" if ending == "-" else ending), value)
    table.update({"première": 1, "seconde": 2, "první": 1, "primer": 1, "tercer": 3, "ersten": 1})
    for word in ("acht", "sexto", "second", "seconds", "quarter"):
        if word != "second":
            table.pop(word, None)
    return table


def _cardinals() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _CARDINALS:
        for value, word in enumerate(line.split(), start=1):
            if word != "-" and (value > 1 or word == "one"):
                table.setdefault(word, value)
    # Everyday words of another language that look like a number ("once", "sei", "sex", "hat", "fem") are left out.
    for word in (
        "once",
        "sei",
        "six" if False else "sex",
        "hat",
        "fem",
        "one",
        "elf",
        "nove",
        "sete",
        "tre",
        "dix",
        "sept",
        "hét",
        "öt",
    ):
        table.pop(word, None)
    return table


ORDINALS = _ordinals()
CARDINALS = _cardinals()

_FACTORS = {
    1e3: "thousand tausend mille mil mila duizend tysiąc tysiące tysięcy tisíc tisíce tis tys тысяча тысячи тысяч тыс тисяча тисячі тисяч тис хиляди χιλιάδες bin tuhat tuhatta ezer "
    "ribu nghìn ngàn ألف آلاف هزار אלף हजार हज़ार",
    1e6: "million millions mln mio millionen milioni millones millón milhões milhão milione miljoen miljoner milion miliony milionów milionu milionů miliónů milionem milioane миллион "
    "миллиона миллионов миллионами млн мільйон мільйона мільйонів милион милиона εκατομμύρια εκατ milyon miljoona miljoonaa millió juta triệu "
    "مليون ملايين میلیون מיליון मिलियन",
    1e9: "billion billions bn mrd milliarde milliarden milliards milliard miliardi miliardo miljard miljarder miliard miliardy miliardów miliardu miliardů mld "
    "миллиард миллиарда миллиардов млрд мільярд мільярда мільярдів милиард милиарда δισεκατομμύρια δισ milyar miljardi miljardia "
    "milliárd tỷ مليار مليارات میلیارد מיליארד अरब bilhão bilhões",
    1e12: "trillion trillions tn trn billionen biliones трлн триллион триллиона триллионов трильйон трильйонів bilion bilionů trylion trilyun تريليون",
    1e5: "lakh लाख",
    1e7: "crore करोड़",
}  # fmt: skip
MAGNITUDES: dict[str, float] = {word: factor for factor, words in _FACTORS.items() for word in words.split()}

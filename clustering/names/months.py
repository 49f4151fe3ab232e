"""Know the names of the months in the main languages, in the cases news dates use them.

Written by hand as beginnings of words: a word is the month whose beginning it starts with, when no longer than the beginning plus six
letters. Takes one lower-case word, gives 1 to 12.
"""

from __future__ import annotations

from functools import cache

__all__ = ["find_month"]

# One line a language, twelve months; "/" separates variants, "=" asks for the whole word.
_MONTHS = {
    "en": "january/=jan february/=feb march/=mar april/=apr =may june/=jun july/=jul august/=aug septemb/=sep/=sept octob/=oct novemb/=nov decemb/=dec",
    "de": "januar/jänner/=jan februar/=feb =märz april/=apr =mai =juni =juli august/=aug september oktober/=okt november dezember/=dez",
    "fr": "=janvier/=janv février/=févr =mars =avril =mai =juin =juillet/=juil =août/=aout =septembre/=sept =octobre =novembre =décembre/=déc",
    "es": "=enero/=ene =febrero =marzo =abril/=abr =mayo =junio =julio =agosto/=ago =septiembre/=setiembre =octubre =noviembre =diciembre/=dic",
    "it": "=gennaio =febbraio =marzo =aprile =maggio =giugno =luglio =agosto =settembre =ottobre =novembre =dicembre",
    "pt": "=janeiro =fevereiro/=fev =março =abril =maio =junho =julho =agosto =setembro/=set =outubro/=out =novembro =dezembro/=dez",
    "nl": "=januari =februari =maart/=mrt =april =mei =juni =juli =augustus =september =oktober =november =december",
    "sv": "=januari =februari =mars =april =maj =juni =juli =augusti =september =oktober =november =december",
    "pl": "=styczeń/=stycznia/=styczniu =luty/=lutego/=lutym =marzec/=marca/=marcu =kwiecień/=kwietnia/=kwietniu =maj/=maja/=maju =czerwiec/=czerwca/=czerwcu =lipiec/=lipca/=lipcu =sierpień/=sierpnia/=sierpniu =wrzesień/=września/=wrześniu paźdz =listopad/=listopada/=listopadzie =grudzień/=grudnia/=grudniu",
    "cs": "=leden/=ledna/=lednu =únor/=února/=únoru březen/března/březnu duben/dubna/dubnu =květen/=května/=květnu červen/=června/=červnu červenec/července/červenci srpen/srpna/srpnu září říjen/října/říjnu listopad prosinec/prosince/prosinci",
    "ru": "январ/=янв феврал/=фев =март/=марта/=марту/=марте/=мартом/=мар апрел/=апр =май/=мая/=мае июн июл август/=авг сентябр/=сен октябр/=окт ноябр/=ноя декабр/=дек",
    "uk": "=січень/=січня/=січні =лютий/=лютого/=лютому =березень/=березня/=березні =квітень/=квітня/=квітні =травень/=травня/=травні =червень/=червня/=червні =липень/=липня/=липні =серпень/=серпня/=серпні =вересень/=вересня/=вересні =жовтень/=жовтня/=жовтні =листопад/=листопада/=листопаді =грудень/=грудня/=грудні",
    "bg": "януари февруари =март април =май =юни =юли август септември октомври ноември декември",
    "sr": "јануар фебруар =март/=марта/=марту април =мај/=маја =јун/=јуна/=јуну =јул/=јула/=јулу август септембар/септембр октобар/октобр новембар/новембр децембар/децембр",
    "sr2": "januar februar =mart/=marta/=martu/=ožujka/=ožujak april/=travnja =maj/=maja/=svibnja =jun/=juna/=junu/=lipnja =jul/=jula/=julu/=srpnja avgust/=kolovoza septemb/=rujna oktob/=listopada novemb/=studenog/=studenoga decemb/=prosinca",
    "ro": "ianuarie februarie martie aprilie =mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "el": "ιανουαρ φεβρουαρ μαρτ/μάρτ απριλ/απρίλ μάι/μαΐ/μαΪ ιουν/ιούν ιουλ/ιούλ αυγουστ/αύγουστ/αυγούστ σεπτ οκτ/οκτώβ νοε/νοέ δεκ/δεκέ",
    "tr": "ocak şubat =mart/=martta/=martın nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "fi": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "id": "=januari =februari =maret =april =mei =juni =juli =agustus =september =oktober =november =desember",
    "ar": "يناير/كانون فبراير/شباط مارس/آذار ابريل/أبريل/إبريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/اغسطس/=آب سبتمبر/أيلول أكتوبر/اكتوبر/تشرين نوفمبر ديسمبر",
    "fa": "ژانویه فوریه =مارس آوریل =مه/=می ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر",
    "he": "ינואר/בינואר פברואר/בפברואר =מרץ/=במרץ/=מרס/=במרס אפריל/באפריל =מאי/=במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "hi": "जनवरी फरवरी/फ़रवरी मार्च अप्रैल =मई =जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
}  # fmt: skip
_MAX_ENDING = 6
# In Ukrainian "лютий" (February) is also "fierce", in Polish "luty"...: the number beside decides, so no language is asked for.


@cache
def _tables() -> tuple[dict[str, int], dict[str, int]]:
    whole: dict[str, int] = {}
    starts: dict[str, int] = {}
    for line in _MONTHS.values():
        for number, variants in enumerate(line.split(" "), start=1):
            for variant in variants.split("/"):
                table, word = (whole, variant[1:]) if variant.startswith("=") else (starts, variant)
                table.setdefault(word, number)
    return whole, starts


@cache
def find_month(word: str) -> int:
    """Give the month (1-12) a lower-case word names, 0 when it names none."""
    whole, starts = _tables()
    if word in whole:
        return whole[word]
    for end in range(min(len(word), 12), 2, -1):
        number = starts.get(word[:end])
        if number is not None:
            return number if len(word) - end <= _MAX_ENDING else 0
    return 0

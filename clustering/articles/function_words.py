"""The commonest small words of languages of Latin and Cyrillic script, for telling them apart quickly.

A dozen words of running text hold three to five of these; no other evidence of a language is as cheap. Words that two languages share
count half, a third, and so on. Written by hand from grammars' lists of articles, prepositions, pronouns and auxiliaries.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["FUNCTION_WORDS", "weigh_languages"]

FUNCTION_WORDS: dict[str, str] = {
    "en": "the of and to in is that for on with was as at by his her it from has have this be are not an after will who says said over its their would about into they were he but first more than up out new how why what",
    "de": "der die das und ist von mit den im für auf ein eine einen einem einer nicht sich auch dem des zu nach wird aus bei wie als über sind hat werden noch war um vor zum zur will sein gegen durch am so",
    "fr": "le la les des et est une dans du pour en que qui sur pas au par avec plus ce il ses son aux ne se sa cette ont été sont après mais leur contre selon lors comme nous fait à un",
    "es": "el la los las de y en que del por con una su para se un al lo más como pero sus ha fue este son también entre cuando ya está desde sobre tras hasta según muy sin años ser",
    "it": "il di che è la per un non sono una del in con le si da i della dei gli alla dal nel ha anche delle al come più ma lo su nella dopo suo sua questo ai degli hanno stato tra contro così",
    "pt": "o a os as de do da que e em um uma não no na dos das para com por se mais ao foi são como mas pelo pela sua seu já também após nos nas está ser tem até entre muito sobre quando disse à",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij naar door over uit nog heeft maar worden wordt na tot hij zij zich deze wel meer geen tegen werd hebben dit was of wil",
    "sv": "och i att det som en på är av för med den till har inte om ett men de kan från så var vid efter under han hon sig sin säger nu mot över skulle blir alla mer ska hur när också där år",
    "da": "og i at det er en til på af for med den der har ikke som de et var om men han hun efter ved fra kan vil skal blev bliver siger også mod sig hvor nu over når år mere have hvad ud op havde mange",
    "no": "og i det er en til på av for med den som har ikke at de et var om men han hun etter ved fra kan vil skal ble blir sier også mot seg hvor nå over når år mer hva ut opp hadde mange ei mye",
    "nn": "og i det er ein til på av for med den som har ikkje at dei eit var om men han ho etter ved frå kan vil skal vart blir seier også mot seg kor no over når år meir eg vi berre mykje nokon",
    "fi": "ja on ei että se hän ovat oli mutta myös kun kuin joka sen mukaan ole jo vain niin tai mitä voi jos sekä nyt vielä jälkeen kanssa ollut olla ennen hänen siitä tämä vuoden sanoo",
    "et": "ja on ei et see ta oli ning ka kui aga mis oma kes või seda selle nii ning pärast veel siis pole välja üle eesti ütles olla saab tema aasta juba",
    "pl": "w i na z do się nie że to jest o jak po od za dla oraz ale przez są przed był już tylko które który jego było czy także co ze tym tego ma może być została został",
    "cs": "v a na se je s z o že k do za pro to po od ve by ale jako jsou jeho které který už však podle před při není také byl byla bylo své jak i nebo až mezi kteří řekl uvedl",
    "sk": "v a na sa je s z o že k do za pre to po od vo by ale ako sú jeho ktoré ktorý už však podľa pred pri nie aj bol bola bolo svoje i alebo až medzi ktorí povedal uviedol si",
    "sl": "v in na se je z o da za s pa so ki po od ne ni pri tudi še ali bi bo kot iz do to ter ob med bil bila že svoje lahko pred zaradi kako več smo",
    "hr": "u i na se je za da od s su o iz koji će što ne nije bi do po kao te koja bio ali kako ili to koje sve nakon samo tijekom prema nego kazao rekao zbog također bila tko",
    "bs": "u i na se je za da od s su o iz koji će što ne nije bi do po kao te koja bio ali kako ili to koje sve nakon samo tokom prema nego kazao rekao zbog također bila ko",
    "sr-Latn": "u i na se je za da od sa su o iz koji će što ne nije bi do po kao koja bio ali kako ili to koje sve nakon samo tokom prema nego kazao rekao zbog takođe bila ko šta posle",
    "hu": "a az és hogy nem is egy meg volt csak ha már de mint el még ezt kell azt szerint után lesz sem van ki fel be ami aki vagy között lehet most több majd pedig ez arra miatt",
    "ro": "și în de la a cu pe care din nu că pentru o un mai este sunt au fost al ale prin ce să se după lui va când dar sau fi ar acest până către între dintre le i-a am",
    "sq": "të e në dhe i për me se një nga që është ka do nuk si më u pas ndaj por janë kanë ishte mund duke tha këtë edhe së deri kjo ky prej gjatë tij",
    "lt": "ir į kad su yra iš tai ne bet apie po už kaip buvo jis tik dėl per iki jau prie jie savo gali nuo jo kuris arba dar metų kurie lietuvos taip bus",
    "lv": "un ir ka ar par no uz kas tas arī bet pēc kā nav vai pie tā tika viņš bija var lai pirms savu latvijas gada gadā vēl tikai līdz viņa ko būs",
    "tr": "ve bir bu için ile de da olarak çok daha olan gibi sonra ne kadar en ama göre olduğu ya var her değil ise dedi oldu etti yeni ilk karşı edildi yaptı açıkladı üzerine",
    "az": "və bir bu üçün ilə də da olan daha kimi sonra nə qədər ən görə isə deyib olub edib yeni ilk qarşı edilib olaraq azərbaycan bildirib həmin onun tərəfindən haqqında",
    "uz": "va bir bu uchun bilan ham edi bo'lgan haqida yil o'zbekiston bo'yicha qildi uning bo'ldi esa keyin kerak deb mumkin qarshi",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena telah adalah ada oleh saat sudah bisa atau sebagai para lebih mereka kata setelah kami saya tersebut hingga usai soal",
    "ms": "yang dan di itu dengan untuk tidak ini daripada dalam akan pada juga ke kerana telah adalah ada oleh boleh atau sebagai lebih mereka kata selepas kami saya tersebut beliau berkata kerajaan ialah",
    "tl": "ang ng sa na mga ay si ni at nang para hindi ito kay isang may ng siya niya kung pa ba lang mula nila namin sila dahil din rin",
    "vi": "và của là có được cho trong không các một với người những đã về này khi để từ tại năm ở đến theo sau ra nhiều trên ngày sẽ cũng làm việc phải",
    "ca": "de la el i que a els les en un una per amb del és no ha al dels més han als com pel són però ja va aquest seva seu també fins després molt sobre segons entre hi l",
    "gl": "o a os as de do da que e en un unha non no na dos das para con por se máis ao foi son como pero polo pola súa seu xa tamén tras nos nas está ser ten ata moi sobre cando dixo co coa unhas dunha nunha",
    "eu": "eta da du ez bat dira dute den izan zuen egin duen baina ere hori zen dela beste egingo izango ditu baino urte bere batean euskal gabe oso",
    "is": "og að í á er sem til um við var með fyrir ekki en af það hann hún en þá hefur hafa verið frá eru segir eftir úr því þetta verður",
    "ga": "an na ar agus le a is go i sé ag do de bhí tá sin mar ní ach bhfuil nach air aon faoi chun ó siad",
    "cy": "yn y i a o ar yr ei mae bod wedi am ac oedd hyn gan eu fod i'r o'r na nid fel gyda sydd bydd dweud",
    "sw": "ya wa na kwa ni katika za la kuwa hiyo huo cha kama huyo wake hivyo yake lakini baada watu hao pia alisema vya hii kutoka rais nchini amesema",
    "af": "die van en in is het dat vir nie op te met wat hy 'n sy aan as ook deur om na by oor uit was sal kan word hulle ons nog maar se",
    "so": "oo ka ku iyo in ay uu la waa ee soo ah aan kale ayaa kala sida waxa waxaa dalka sheegay",
    "ha": "da a na ta ya don ce wani su ne kuma ba cewa an shi mai daga cikin yi ga domin wannan",
    "mt": "il ta li u ma fil għal minn dan din kien hija huwa biex għall bħala wara kienet qal kull",
    "lb": "déi den d'an ass vun mat fir op en eng net och dat de sinn hat gëtt géint wéi nach",
    "ru": "и в не на с что по как из у за от о к для это его был была до после при года также все её об во со же или но они он она мы вы если только еще уже чтобы будет может без между против через почти где когда который более около",
    "uk": "і в не на з що по як із у за від о до для це його був була після при року також всі її про та й або але вони він вона ми ви якщо тільки ще вже щоб буде може без між проти через майже де коли який понад під час",
    "be": "і ў не на з што па як у за ад да для гэта яго быў была пасля пры года таксама усе яе пра або але яны ён яна мы калі толькі яшчэ ужо каб будзе можа без паміж супраць праз амаль дзе які",
    "bg": "и в не на с че по как от у за до да се са е ще си го му ги я при през след също всички към или но те той тя ние вие ако само още вече може без между срещу около където когато който над със във бе беше това този тази",
    "mk": "и во не на со дека по како од кај за до да се е ќе си го му ги ја при преку по исто сите кон или но тие тој таа ние ако само уште веќе може без меѓу против околу каде кога кој над ова овој беше",
    "sr": "и у не на са да по како из од код за до се је ће си га му их при преко после такође сви ка или али они он она ми ако само још већ може без између против око где када који над ово овај био била су",
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@lru_cache(maxsize=1)
def _word_weights() -> dict[str, tuple[tuple[str, float], ...]]:
    owners: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in set(words.split()):
            owners.setdefault(word, []).append(language)
    return {word: tuple((language, 1.0 / len(langs)) for language in langs) for word, langs in owners.items()}


def weigh_languages(sample: str) -> tuple[dict[str, float], int]:
    """Add up the weights of the small words in a text: (language -> weight, number of small words found)."""
    table = _word_weights()
    weights: dict[str, float] = {}
    n_found = 0
    for word in _WORD.findall(sample.lower().replace("’", "'")):
        entry = table.get(word)
        if entry is None:
            continue
        n_found += 1
        for language, weight in entry:
            weights[language] = weights.get(language, 0.0) + weight
    return weights, n_found

"""What the names of a page's blocks (class, id) say about them.

Patterns over names, for ``prune_html``. ``SURE`` names belong to furniture on every site; ``LIKELY`` ones to furniture on most, but some site calls its
text so: such blocks go only when they are thin.
"""

from __future__ import annotations

import re

__all__ = ["BODY_NAMES", "CREDIT_NAMES", "DECK_NAMES", "LIKELY_NAMES", "SURE_NAMES"]


def _names(words: str) -> re.Pattern[str]:
    """Match one of the words (patterns without spaces) between the separators of names."""
    return re.compile(rf"(?:^|[\s_\-/])(?:{'|'.join(words.split())})(?=$|[\s_\-/])", re.IGNORECASE)


SURE_NAMES = _names(r"""
    related(?:[_-]?\w+)? read[_-]?(?:also|next|too) also[_-]?read see[_-]?also more[_-]?(?:news|stories|from|on|articles) trending most[_-]?(?:read|popular|viewed|shared)
    popular(?:[_-]?\w+)? top[_-]?(?:news|stories) recommend(?:ed|ations?|er)? recirc(?:ulation)? outbrain\w* taboola\w* sharebar share(?:[_-]?(?:bar|buttons?|links?|tools?|this|list|icons?))?
    sharing social(?:[_-]?\w+)? newsletter(?:[_-]?\w+)? subscri(?:be|ption|bers?)(?:[_-]?\w+)? paywall(?:[_-]?\w+)? advert(?:isement|orial|s)? ads? ad[_-](?:slot|unit|block|box|banner|container|wrapper)
    sponsor(?:ed)? cookies?(?:[_-]?\w+)? qc-cmp\w* onetrust\S* didomi\S* sp_message\S* usercentrics\S* cookiebot\S* truste\S* iubenda\S* osano\S* fc-consent\S* cmplz\S* consent(?:[_-]?\w+)? gdpr cmp
    comments?(?:[_-]?(?:list|section|block|area|count))? disqus\w* breadcrumbs? sidebar side[_-]?bar tag[_-]?cloud next[_-]?(?:article|post|story) prev(?:ious)?[_-]?(?:article|post|story)
    footer site[_-]?footer masthead author[_-]?(?:bio|box|card) login signup sign[_-]?up lesen[_-]?sie meistgelesen leia[_-]?(?:mais|tambem) lire[_-]?aussi mas[_-]?leid\w+ correlat\w+ najcz\w+ polecane
    popul[ay]rn\w* novosti-po-teme po-teme readalso ranking photo[_-]?credit copyright nav(?:bar|igation)? foot most bandeau encart relacionad\w+ ilgili top[_-]?bar skip[_-]?link donat(?:e|ion)
    support[_-]?us app[_-]?banner
""")
LIKELY_NAMES = _names(r"""
    trends? trend promo(?:[_-]?\w+)? banner widgets? teasers? tags?(?:[_-]?list)? infinite(?:[_-]?\w+)? modal popup overlay print[_-]?only hidden toolbar ultimas readmore read[_-]?more caption menu hot rel
    path editor more barra fresh utility notice alert push toc series topics? keywords poll quiz player gallery slideshow lightbox embed privacy share(?:[_-]?\w+)?
""")
BODY_NAMES = re.compile(
    r"(?:article|post|story|entry|news|text|content)[_-]?_{0,2}(?:body|text|content|main|inner)|articlebody",
    re.IGNORECASE,
)
CREDIT_NAMES = re.compile(
    r"(?:^|[\s_\-])(?:by-?line|credits?|source|agency|author|signature|wire|autor|auteur|fuente|fonte|quelle|istochnik)"
    r"(?:s|[\s_-]\w+)?(?=$|[\s_\-])",
    re.IGNORECASE,
)
DECK_NAMES = re.compile(
    r"(?:^|[\s_\-])(?:chapo|chapeau|standfirst|dec?k|sub-?title|sub-?head(?:line)?|sottotitolo|occhiello|entradilla|bajada|copete|vorspann|"
    r"linha-fina)(?=$|[\s_\-])",
    re.IGNORECASE,
)

"""Name the countries of the world in English as CLDR does, and the languages whose names are also their adjectives.

Used by `clustering.names.training` to pick country names and adjectives in 28 languages out of CLDR.
"""

from __future__ import annotations

__all__ = ["COUNTRIES", "LANGUAGE_OF_COUNTRY"]

_COUNTRIES = (
    "AF Afghanistan|AL Albania|DZ Algeria|AD Andorra|AO Angola|AR Argentina|AM Armenia|AU Australia|AT Austria|AZ Azerbaijan|"
    "BS Bahamas|BH Bahrain|BD Bangladesh|BB Barbados|BY Belarus|BE Belgium|BZ Belize|BJ Benin|BT Bhutan|BO Bolivia|"
    "BA Bosnia & Herzegovina|BA Bosnia|BW Botswana|BR Brazil|BN Brunei|BG Bulgaria|BF Burkina Faso|BI Burundi|KH Cambodia|CM Cameroon|"
    "CA Canada|CV Cape Verde|CF Central African Republic|TD Chad|CL Chile|CN China|CO Colombia|KM Comoros|CG Congo - Brazzaville|"
    "CD Congo - Kinshasa|CG Congo (Republic)|CD Congo (DRC)|CR Costa Rica|CI Côte d’Ivoire|CI Ivory Coast|HR Croatia|CU Cuba|CY Cyprus|"
    "CZ Czechia|CZ Czech Republic|DK Denmark|DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador|EG Egypt|SV El Salvador|"
    "GQ Equatorial Guinea|ER Eritrea|EE Estonia|SZ Eswatini|SZ Swaziland|ET Ethiopia|FJ Fiji|FI Finland|FR France|GA Gabon|GM Gambia|"
    "GE Georgia|DE Germany|GH Ghana|GR Greece|GL Greenland|GD Grenada|GT Guatemala|GN Guinea|GW Guinea-Bissau|GY Guyana|HT Haiti|"
    "HN Honduras|HK Hong Kong|HK Hong Kong SAR China|HU Hungary|IS Iceland|IN India|ID Indonesia|IR Iran|IQ Iraq|IE Ireland|IL Israel|"
    "IT Italy|JM Jamaica|JP Japan|JO Jordan|KZ Kazakhstan|KE Kenya|KI Kiribati|XK Kosovo|KW Kuwait|KG Kyrgyzstan|LA Laos|LV Latvia|"
    "LB Lebanon|LS Lesotho|LR Liberia|LY Libya|LI Liechtenstein|LT Lithuania|LU Luxembourg|MO Macao|MG Madagascar|MW Malawi|"
    "MY Malaysia|MV Maldives|ML Mali|MT Malta|MR Mauritania|MU Mauritius|MX Mexico|MD Moldova|MC Monaco|MN Mongolia|ME Montenegro|"
    "MA Morocco|MZ Mozambique|MM Myanmar (Burma)|MM Myanmar|NA Namibia|NR Nauru|NP Nepal|NL Netherlands|NZ New Zealand|NI Nicaragua|"
    "NE Niger|NG Nigeria|KP North Korea|MK North Macedonia|NO Norway|OM Oman|PK Pakistan|PW Palau|PS Palestine|PS Palestinian Territories|"
    "PA Panama|PG Papua New Guinea|PY Paraguay|PE Peru|PH Philippines|PL Poland|PT Portugal|PR Puerto Rico|QA Qatar|RO Romania|RU Russia|"
    "RW Rwanda|WS Samoa|SM San Marino|SA Saudi Arabia|SN Senegal|RS Serbia|SC Seychelles|SL Sierra Leone|SG Singapore|SK Slovakia|"
    "SI Slovenia|SB Solomon Islands|SO Somalia|ZA South Africa|KR South Korea|SS South Sudan|ES Spain|LK Sri Lanka|SD Sudan|SR Suriname|"
    "SE Sweden|CH Switzerland|SY Syria|TW Taiwan|TJ Tajikistan|TZ Tanzania|TH Thailand|TL Timor-Leste|TG Togo|TO Tonga|"
    "TT Trinidad & Tobago|TN Tunisia|TR Turkey|TR Türkiye|TM Turkmenistan|UG Uganda|UA Ukraine|AE United Arab Emirates|GB United Kingdom|"
    "GB UK|US United States|US US|UY Uruguay|UZ Uzbekistan|VU Vanuatu|VA Vatican City|VE Venezuela|VN Vietnam|YE Yemen|ZM Zambia|"
    "ZW Zimbabwe|EU European Union|EU EU|UN United Nations|UN UN"
)
COUNTRIES: dict[str, str] = {item.split(" ", 1)[1]: item.split(" ", 1)[0] for item in _COUNTRIES.split("|")}

# English language name -> the country its adjective points to, where one country is plainly meant in news.
_LANGUAGES = (
    "RU Russian|UA Ukrainian|CN Chinese|JP Japanese|DE German|FR French|IT Italian|PL Polish|TR Turkish|GR Greek|HU Hungarian|"
    "FI Finnish|SE Swedish|NO Norwegian|DK Danish|NL Dutch|CZ Czech|SK Slovak|SI Slovenian|HR Croatian|RS Serbian|BG Bulgarian|"
    "RO Romanian|BY Belarusian|LT Lithuanian|LV Latvian|EE Estonian|GE Georgian|AM Armenian|AZ Azerbaijani|KZ Kazakh|UZ Uzbek|"
    "KG Kyrgyz|TJ Tajik|TM Turkmen|MN Mongolian|VN Vietnamese|TH Thai|KR Korean|ID Indonesian|AL Albanian|MK Macedonian|IS Icelandic|"
    "MT Maltese|IE Irish|BA Bosnian|IL Hebrew|KH Khmer|LA Lao|MM Burmese|NP Nepali|ES Spanish|PT Portuguese"
)
LANGUAGE_OF_COUNTRY: dict[str, str] = {item.split(" ", 1)[1]: item.split(" ", 1)[0] for item in _LANGUAGES.split("|")}

"""Which language a text is in: by its script, and for Latin letters by the small words and letters of each language.

English and Chinese are the languages that are understood; the others are known so that nothing is silently read as one
of the two. Nothing is loaded but, for a few words of Latin script, the list of words of the English vectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from .vectors import words_of

__all__ = ["LANGUAGES", "UNDERSTOOD", "detect_language", "language_remark"]

#: ISO 639-1 codes and English names of all languages that `detect_language` tells apart.
LANGUAGES: Mapping[str, str] = {
    "en": "English", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "ru": "Russian", "uk": "Ukrainian",
    "bg": "Bulgarian", "sr": "Serbian", "el": "Greek", "he": "Hebrew", "ar": "Arabic", "fa": "Persian", "ur": "Urdu",
    "hi": "Hindi", "bn": "Bengali", "pa": "Punjabi", "gu": "Gujarati", "ta": "Tamil", "te": "Telugu", "kn": "Kannada",
    "ml": "Malayalam", "si": "Sinhala", "th": "Thai", "lo": "Lao", "my": "Burmese", "km": "Khmer", "bo": "Tibetan",
    "mn": "Mongolian", "ka": "Georgian", "hy": "Armenian", "am": "Amharic", "de": "German", "fr": "French",
    "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "sv": "Swedish", "da": "Danish",
    "no": "Norwegian", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "hu": "Hungarian", "ro": "Romanian",
    "tr": "Turkish", "vi": "Vietnamese", "id": "Indonesian", "la": "Latin",
}  # fmt: skip
#: Those that themes and texts are read in.
UNDERSTOOD = ("en", "zh")

#: Scripts by the first word of their characters' Unicode names.
_SCRIPTS = {
    "HANGUL": "ko", "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "DEVANAGARI": "hi", "BENGALI": "bn",
    "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml",
    "SINHALA": "si", "THAI": "th", "LAO": "lo", "MYANMAR": "my", "KHMER": "km", "TIBETAN": "bo", "MONGOLIAN": "mn",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "CYRILLIC": "ru",
}  # fmt: skip
#: Letters that one language of a script has and the commonest of it has not.
_LETTERS = (
    ("ru", "іїєґ", "uk"),
    ("ru", "ђћџљњј", "sr"),
    ("ar", "پچژگ", "fa"),
    ("ar", "ٹڈڑںے", "ur"),
)
#: Small words of languages in Latin letters, and letters that they alone (or nearly) use.
_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren wird "
        "werden ich du er sie wir ihr mich dich mir dir sich mein dein sein kein mit von vom zu zum zur im am auf aus "
        "bei nach über unter für durch ohne um an in als wie wenn dass daß doch noch nur schon auch so was wer wo hier "
        "da wohl immer nie hat haben bist o",
        "fr": "le la les un une des du de et ou mais ne pas plus est sont était je tu il elle nous vous ils elles me te "
        "se mon ton son ma ta sa mes tes ses ce cette ces dans sur sous avec sans pour par au aux en que qui quand où "
        "comme si tout tous toute bien rien jamais encore à dont",
        "es": "el la los las un una unos y o pero no es son era fue yo tú él ella nosotros ellos me te se mi mis tu su "
        "sus en de del al a con sin por para que como cuando donde muy más ya si todo nada nunca hay está este esta "
        "sobre entre desde bajo lo le",
        "it": "il lo la gli le un uno una e o ma non è sono era io tu lui lei noi voi mi ti si mio mia tuo sua suo in "
        "di del della dello dei degli delle al alla nel nella sul sulla con senza per che come quando dove più già tutto "
        "tutti nulla mai ancora questo questa da dal dalla",
        "pt": "o a os as um uma e ou mas não é são era foi eu tu ele ela nós eles me te se meu minha teu seu sua em de "
        "do da dos das no na nos nas ao à pelo pela com sem por para que como quando onde mais já tudo nada nunca há "
        "este esta sobre entre",
        "nl": "de het een en of maar niet is zijn was waren ik jij hij zij wij je mij mijn jouw haar ons hun in op aan "
        "van met voor door over onder naar bij uit om als dan dat die dit deze wat wie waar hoe nog ook nooit altijd "
        "geen er wordt heeft te",
        "sv": "och eller men inte är var jag du han hon vi ni de mig dig sig min din sin en ett den det som på i av med "
        "för från till om när hur vad här där så alla aldrig över under har skall",
        "da": "og eller men ikke er var jeg du han hun vi de mig dig sig min din sin en et den det som på i af med for "
        "fra til om når hvor hvad her der så alle aldrig over under har skal",
        "no": "og eller men ikke er var jeg du han hun vi de meg deg seg min din sin en et den det som på i av med for "
        "fra til om når hvor hva her der så alle aldri over under har skal",
        "fi": "ja tai mutta ei on oli ovat minä sinä hän me te he minun sinun hänen se ne tämä että kun kuin niin jos "
        "myös vain yli ali kanssa mitä missä",
        "pl": "i a o w z na do nie jest są był była to że się jak ale czy ja ty on ona my wy mój moja twój jego jej ich "
        "co kto gdzie kiedy od po za przez nad pod przy dla bez już tylko tak tu",
        "cs": "a i o v z na do ne je jsou byl byla to že se jak ale já ty on ona my vy můj moje tvůj jeho její co kdo "
        "kde když od po za přes nad pod při pro bez už jen tak si",
        "hu": "a az és vagy de nem van volt én te ő mi ti egy hogy ki mi hol mikor meg el be is csak már még mint ha "
        "minden soha alatt fölött",
        "ro": "și sau dar nu este sunt era eu tu el ea noi voi un o în de la pe cu fără pentru prin din că care când "
        "unde ca mai tot nimic niciodată lui mea meu",
        "tr": "ve veya ama değil bir bu şu o ben sen biz siz onlar için ile gibi kadar çok daha ne kim nerede ne zaman "
        "var yok mi mı de da en her hiç",
        "vi": "và là của không có một những các trong trên dưới với cho tôi em anh người khi thì mà đã đang sẽ này đó",
        "id": "dan atau tetapi tidak adalah yang di ke dari untuk dengan pada ini itu aku kau dia kami kita mereka ada "
        "akan sudah dalam oleh seperti ku mu",
        "la": "et sed non est sunt erat in ad de ex cum sine pro per ab qui quae quod quid hic haec hoc ego tu nos vos "
        "me te se mea tuus suus ut si nec neque atque ac iam semper nunc",
    }.items()
}  # fmt: skip
_OWN_LETTERS: Mapping[str, str] = {
    "de": "ßäöü", "fr": "çœèêâîûùëï", "es": "ñ¿¡áíóúé", "it": "ìòàùè", "pt": "ãõçâêôáé", "sv": "åäö", "da": "åøæ",
    "no": "åøæ", "fi": "äö", "pl": "łąęśźżćń", "cs": "řůěščžýáíé", "hu": "őűáéíóú", "ro": "ășțâî", "tr": "ğışç",
    "vi": "đơưạảấầậắặếệểịọốộớợụứựỳ",
}  # fmt: skip
_ENGLISH = frozenset(
    "the a an and or nor but if as at by for from in into of off on onto out over so than that then through till to "
    "too unto until up upon when where which while who whom whose why with within without yet is am are was were be "
    "been being has have had do does did doth hath will would shall should can could may might must i you he she it we "
    "they me him her us them my your his its our their thy thee thou ye this these those what how no not none some any "
    "each every both all more most much many few other here there now never ever only just like one two o oh "
    "war son men door pour ton per".split()
)
_JAPANESE = frozenset(
    "気駅広図沢円戦桜峠畑働込匂辻枠鉄滝栄営楽薬覚観権歓経軽県険験厳鉱砕済剤渋獣縦渉焼乗浄剰嬢譲醸髄瀬斉銭繊挿巣騒蔵択弾遅鋳庁"
    "逓転伝闘読縄弐悩脳覇廃売発髪抜払仏辺穂豊毎訳揺様謡頼覧両猟塁霊齢労"
)  # characters that neither simplified nor traditional Chinese writes
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:[cdjlnst]|qu|un|dell|nell|all|sull)['\u2019](?=.)")
_MOST = 20_000
#: Up to so many words, the vocabulary of the English vectors says what is English beside the small words.
_FEW = 40


def detect_language(text: str) -> str:
    """The code (a key of `LANGUAGES`) of the language that most of a text is in; "en" where nothing speaks against it.

    A few names or single words in Latin letters say nothing, and count as English; so does a text without letters. Of
    the first 20,000 characters; Chinese is what is written in Chinese characters with hardly a kana among them.
    """
    text = unicodedata.normalize("NFKC", text[:_MOST])
    scripts: Counter[str] = Counter(filter(None, map(_script, text)))
    letters = sum(scripts.values())
    east = scripts["HAN"] + scripts["KANA"]
    if east and 3 * east >= letters:
        return "ja" if 10 * scripts["KANA"] >= east or (not scripts["KANA"] and _JAPANESE & set(text)) else "zh"
    if not scripts:
        return "en"
    script, _ = scripts.most_common(1)[0]
    if script == "LATIN":
        return _detect_latin(text)
    code = _SCRIPTS.get(script, "en")
    counted = Counter(text.lower())
    for common, own, other in _LETTERS:
        if code == common and sum(counted[c] for c in own) >= 0.01 * letters:
            return other
    return code


def _script(char: str) -> str:
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff":
        return "HAN"
    if not char.isalpha():
        return ""
    first = unicodedata.name(char, "").split(" ")[0]
    return "HAN" if first == "CJK" else "KANA" if first in ("HIRAGANA", "KATAKANA") else first


def _detect_latin(text: str) -> str:
    counts = Counter(_TOKEN.findall(text.lower().replace("\u2019", "'")))
    words = set(counts)
    small = Counter({w: n for w, n in counts.items() if len(words) > _FEW}) or Counter(dict.fromkeys(counts, 1))
    english = float(sum(n for w, n in small.items() if w in _ENGLISH))
    if len(words) <= _FEW:
        foreign = frozenset().union(*_WORDS.values())
        english += 0.7 * len((words - _ENGLISH - foreign) & words_of("en"))
    scores = {code: _score(small, code) for code in _WORDS}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] >= 1 + 1.2 * english else "en"


def _score(words: Counter[str], code: str) -> float:
    """Small words of a language, one each time they stand there, and a half for words with its own letters."""
    own, letters = _WORDS[code], set(_OWN_LETTERS.get(code, ""))
    total = 0.0
    for word, n in words.items():
        elided = _ELIDED.match(word) if code in ("fr", "it") else None
        if word in own or elided:
            total += n
        elif letters & set(word):
            total += 0.5 * n
    return total


def language_remark(text: str, what: str = "the theme") -> str:
    """A sentence where a text is in a language that is not understood, as in "the theme seems to be in German; only
    English and Chinese are understood"; else "".
    """
    code = detect_language(text)
    if code in UNDERSTOOD:
        return ""
    return f"{what} seems to be in {LANGUAGES[code]}; only English and Chinese are understood"

"""How far a work is from the works that there are: one report of one shape for every work of every medium.

Three questions, each with an answer that a person can check:

- *Does it copy?* The longest run of symbols (characters, words, intervals with lengths) that it shares with a known
  work, with the place where it stands in both, and the share of it that stands in one work (`Index.measure`).
- *What is it like?* The nearest works, by name.
- *Is that much?* Real works share runs too. The percentile places the work among real works that were held out.

A medium says what is compared (`Medium.fingerprint`) and where its indexes lie (`Medium.indexes`); the studio measures
what it makes, and `artwright originality` any file. `Originality.to_dict` is what `Provenance.originality` holds.
"""

from .fingerprint import Fingerprint
from .index import Index
from .measuring import IndexShelf, index_works
from .report import Nearest, Originality, Run, percentile

__all__ = ["Fingerprint", "Index", "IndexShelf", "Nearest", "Originality", "Run", "index_works", "percentile"]

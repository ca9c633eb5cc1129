"""The outcomes of data sets that were counted before: another version of Python must generate the same rows."""

from tests.bench.million.recount import OUTCOMES

Counts = dict[str, dict[str, int]]


def _counts(**files: tuple[int, ...]) -> Counts:
    return {file: dict(zip(OUTCOMES, counts, strict=True)) for file, counts in files.items()}


#: By rows and seed.
KNOWN_COUNTS = {
    (20_000, 1): _counts(
        known=(1_862, 0, 0, 47, 75, 0),
        main=(13_534, 1_462, 1_052, 2_934, 826, 0),
        pairs=(508, 598, 117, 215, 83, 462),
    ),
    (200_000, 1): _counts(
        known=(18_600, 0, 0, 552, 635, 0),
        main=(135_923, 14_647, 10_201, 29_192, 8_075, 0),
        pairs=(4_990, 5_957, 920, 2_083, 791, 5_079),
    ),
    (1_000_000, 1): _counts(
        known=(92_924, 0, 0, 2_978, 3_061, 0),
        main=(680_783, 72_959, 51_178, 145_293, 39_921, 0),
        pairs=(25_050, 29_474, 4_739, 10_550, 4_108, 25_086),
    ),
}

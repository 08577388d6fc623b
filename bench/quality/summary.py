"""Prints a Markdown table of the scores in a folder: one row per table, mean over its seeds, and the mean of the tables."""
import collections, glob, json, os, sys

FIGURES = [("c2st_gbm_test", 3), ("mle.ratio", 3), ("shape_error", 2), ("trend_error", 2), ("trend_error_assoc", 2), ("dcr_share", 3),
           ("exact_copies", 4), ("beta_recall", 3), ("missing_error", 3), ("time.seconds", 1)]
runs = collections.defaultdict(list)
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.json"))):
    runs[os.path.basename(path).split(".")[0]].append(json.load(open(path)))


def value(score, name):
    for key in name.split("."):
        score = score.get(key) if isinstance(score, dict) else None
    return score


def cell(values, digits):
    values = [v for v in values if v is not None]
    if not values:
        return "", None
    mean = sum(values) / len(values)
    spread = f" ({min(values):.{digits}f}..{max(values):.{digits}f})" if len(values) > 1 else ""
    return f"{mean:.{digits}f}{spread}", mean


print("| table | seeds | " + " | ".join(name for name, _ in FIGURES) + " |")
print("|---|---|" + "---|" * len(FIGURES))
means = collections.defaultdict(list)
for table, scores in runs.items():
    row = []
    for name, digits in FIGURES:
        text, mean = cell([value(s, name) for s in scores], digits)
        row.append(text)
        if mean is not None:
            means[name].append(mean)
    print(f"| {table} | {len(scores)} | " + " | ".join(row) + " |")
print("| **mean** | | " + " | ".join(f"**{sum(means[n]) / len(means[n]):.{d}f}**" if means[n] else "" for n, d in FIGURES) + " |")

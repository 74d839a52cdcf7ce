"""Blind reading: people, or reviewers with fresh eyes, judge emails without knowing who wrote them.

python -m benchmarks.reading pairs --left A.csv --right B.csv --out reading.md --key key.json
python -m benchmarks.reading score --key key.json answers_*.csv
python -m benchmarks.reading stand-ins --key key.json answers_*.csv
"""

//! Examples: `NAME.txt` holds one event a line, `NAME.ledger` the ledger that it folds to, in words.

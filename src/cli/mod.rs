//! Commands and flags (clap), one short file or function each.

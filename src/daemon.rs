//! `turn` is the whole program: read, fold, plan, act.

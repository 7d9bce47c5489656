//! (written by the letter room)

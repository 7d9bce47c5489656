//! (written by the mail room)

//! (written by the policy room)

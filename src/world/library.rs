//! (written by the world room)

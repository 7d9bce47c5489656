//! The daemon on two Maildirs and a scripted calendar of some eight weeks.

//! References that customers pay with: checked ones (RF), and order numbers as they stand in purposes.

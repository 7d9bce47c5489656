//! The places of a recipe's fields and its sum, from the TOML form, with every problem at its line and column.

use std::ops::Range;

use super::One;
use crate::mail::recipe::file::{self, Source, Words};
use crate::mail::recipe::view::PageKind;
use crate::mail::recipe::{Alternative, Place, Sum, Take};

impl One<'_> {
    pub(super) fn alternative(
        &mut self,
        source: &Source,
        span: Range<usize>,
    ) -> Option<Alternative> {
        let pattern = match &source.pattern {
            Some(pattern) => Some(self.regex(span.clone(), pattern)?),
            None => None,
        };
        let page = match source.page.as_deref() {
            None => None,
            Some("html") => Some(PageKind::Html),
            Some("text") => Some(PageKind::Text),
            Some(_) => {
                self.problem(span, "the page is `html` or `text`");
                return None;
            }
        };
        let take = self.take(source.take.as_deref(), span.clone())?;
        let place = self.place(source, span)?;
        Some(Alternative {
            place,
            pattern,
            page,
            take,
        })
    }

    fn take(&mut self, take: Option<&str>, span: Range<usize>) -> Option<Take> {
        match take {
            None | Some("first") => Some(Take::First),
            Some("last") => Some(Take::Last),
            Some(nth) => match nth.parse() {
                Ok(nth) if nth > 0 => Some(Take::Nth(nth)),
                _ => {
                    self.problem(span, "take is `first`, `last` or a number like `2`");
                    None
                }
            },
        }
    }

    fn place(&mut self, source: &Source, span: Range<usize>) -> Option<Place> {
        let labels = |words: &Words| self.phrases(words);
        let (label, after) = (labels(&source.label), labels(&source.after));
        let until = self.labels(&source.until);
        let added: Vec<_> = source.add.iter().map(labels).collect();
        Some(match (&source.header, &source.markup, &source.value) {
            (Some(header), None, None) => Place::Header(header.to_ascii_lowercase()),
            (None, Some(markup), None) => Place::Markup(markup.clone()),
            (None, None, Some(value)) => Place::Value(value.clone()),
            (None, None, None) if !added.is_empty() => Place::Add(added),
            (None, None, None) if !after.is_empty() => Place::Section {
                after,
                until,
                name_first: source.order.as_deref() == Some("name, company"),
                blank_lines: source.blank_lines,
            },
            (None, None, None) if !label.is_empty() => Place::Label {
                labels: label,
                next: source.next,
            },
            (None, None, None) if source.pattern.is_some() => Place::Anywhere,
            _ => {
                self.problem(
                    span,
                    "say one place: label, add, after, pattern, header, markup or value",
                );
                return None;
            }
        })
    }

    pub(super) fn sum(&mut self, sum: file::Sum) -> Sum {
        let lower = |words: &[String]| self.labels(&Words(words.to_vec()));
        Sum {
            from: lower(&sum.from),
            first: lower(&sum.first),
            until: lower(&sum.until),
            ignore: lower(&sum.ignore),
            tax: lower(&sum.tax),
            minus: lower(&sum.minus),
            result: lower(&sum.result),
            item: sum
                .item
                .as_ref()
                .and_then(|item| self.regex(item.span(), item.get_ref())),
        }
    }
}

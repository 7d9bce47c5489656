//! From the TOML form to a recipe that can be used, with every problem at its file, line and column.

mod place;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use toml::Spanned;

use super::file::{self, Common, Markers, Sources, Words};
use super::gates::Gates;
use super::index::Phrase;
use super::view::{phrase, plain};
use super::{Event, Field, Layout, Matching, Recipe};
use crate::ledger::{Currency, Language};
use crate::mail::numbers::{DateFormat, NumberFormat};

/// Name of the file of shared labels, payment words and countries.
const COMMON: &str = "_common";

/// Compiles all files; see [`Recipe::compile`].
pub fn all(files: &[(String, String)]) -> Result<Vec<Recipe>, Vec<String>> {
    let mut named: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (file, text) in files {
        let name = file
            .rsplit('/')
            .next()
            .unwrap_or(file)
            .trim_end_matches(".toml");
        named.insert(name.to_owned(), (file, text)); // a later one replaces an earlier one
    }
    let mut problems = Vec::new();
    let mut common = Common::default();
    if let Some((file, text)) = named.remove(COMMON) {
        match toml::from_str(text) {
            Ok(read) => common = read,
            Err(error) => problems.push(at(file, text, error.span(), error.message())),
        }
    }
    let common = Arc::new(common);
    let mut recipes = Vec::new();
    for (name, (file, text)) in &named {
        match toml::from_str::<file::File>(text) {
            Ok(read) => {
                let mut one = One {
                    file,
                    text,
                    common: &common,
                    labels: read.labels.clone(),
                    problems: &mut problems,
                };
                recipes.push(one.recipe(name, read));
            }
            Err(error) => problems.push(at(file, text, error.span(), error.message())),
        }
    }
    if problems.is_empty() {
        Gates::attach(&mut recipes);
        Ok(recipes)
    } else {
        Err(problems)
    }
}

fn at(file: &str, text: &str, span: Option<Range<usize>>, message: &str) -> String {
    let before = span.and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("{file}:{line}:{column}: {message}")
}

struct One<'a> {
    file: &'a str,
    text: &'a str,
    common: &'a Arc<Common>,
    /// The recipe's own lists of labels: before the shared ones of the same name.
    labels: BTreeMap<String, Vec<String>>,
    problems: &'a mut Vec<String>,
}

impl One<'_> {
    fn problem(&mut self, span: Range<usize>, message: &str) {
        self.problems
            .push(at(self.file, self.text, Some(span), message));
    }

    fn recipe(&mut self, name: &str, file: file::File) -> Recipe {
        let numbers = self.formats(&file.numbers, NumberFormat::by_example);
        let dates = self.formats(&file.dates, DateFormat::by_example);
        let currency = self.currency(file.currency.as_ref());
        let shared_sign = self.currency(file.signs.get("$"));
        if let Some((_, code)) = file.signs.iter().find(|(sign, _)| *sign != "$") {
            self.problem(code.span(), "only the sign `$` needs to be told");
        }
        let shared = self.fields(file.fields);
        let sum = file.sum.map(|sum| self.sum(sum));
        if file.layout.is_empty() {
            self.problem(0..0, "a recipe needs at least one [[layout]]");
        }
        let layouts = file
            .layout
            .into_iter()
            .map(|layout| {
                let mut compiled = self.layout(layout, &file.markers, &shared, &file.from);
                if compiled.numbers.is_empty() {
                    compiled.numbers.clone_from(&numbers);
                }
                if compiled.dates.is_empty() {
                    compiled.dates.clone_from(&dates);
                }
                Arc::new(Layout {
                    currency,
                    shared_sign,
                    sum: compiled.sum.take().or_else(|| sum.clone()),
                    ..compiled
                })
            })
            .collect();
        Recipe {
            name: name.to_owned(),
            title: if file.title.is_empty() {
                name.to_owned()
            } else {
                file.title
            },
            from: file
                .from
                .iter()
                .map(|domain| domain.to_ascii_lowercase())
                .collect(),
            spf_is_enough: file.spf_is_enough,
            names_are_cut: file.names_are_cut,
            layouts,
            common: self.shared(file.payment),
            gates: Arc::default(),
            number: 0,
            examples: file
                .example
                .into_iter()
                .map(|e| {
                    let place = at(self.file, self.text, Some(e.span()), "");
                    (place.trim_end_matches(": ").to_owned(), e.into_inner())
                })
                .collect(),
        }
    }

    /// The shared words, the recipe's own payment words before them.
    fn shared(&self, payment: Vec<file::PaymentWords>) -> Arc<Common> {
        if payment.is_empty() {
            return Arc::clone(self.common);
        }
        let mut common = Common::clone(self.common);
        common.payment.splice(0..0, payment);
        Arc::new(common)
    }

    fn layout(
        &mut self,
        layout: file::Layout,
        shared_markers: &Markers,
        shared: &BTreeMap<String, Field>,
        from: &[String],
    ) -> Layout {
        let event = self.event(&layout.event);
        let language = self.language(layout.language.as_ref());
        let mut fields = shared.clone();
        fields.extend(self.fields(layout.fields));
        for name in &layout.without {
            if fields.remove(name.get_ref()).is_none() {
                self.problem(
                    name.span(),
                    &format!("there is no field `{}` to leave out", name.get_ref()),
                );
            }
        }
        let matching = self.matching(shared_markers, &layout.markers);
        if matching.all.is_empty()
            && matching.any.is_empty()
            && matching.subject.is_empty()
            && from.is_empty()
        {
            self.problem(
                layout.event.span(),
                "a layout without markers would match every mail",
            );
        }
        let directions = layout
            .direction
            .iter()
            .map(|(name, words)| (self.event(name), self.labels(&Words(words.clone()))))
            .collect();
        let each = self.labels(&layout.each);
        Layout {
            name: layout.name,
            each,
            event,
            language,
            matching,
            fields,
            rows: layout
                .rows
                .as_ref()
                .and_then(|rows| self.regex(rows.span(), rows.get_ref())),
            numbers: self.formats(&layout.numbers, NumberFormat::by_example),
            dates: self.formats(&layout.dates, DateFormat::by_example),
            currency: None,
            shared_sign: None,
            sum: layout.sum.map(|sum| self.sum(sum)),
            directions,
        }
    }

    fn currency(&mut self, code: Option<&Spanned<String>>) -> Option<Currency> {
        let code = code?;
        let read = code.get_ref().parse();
        read.map_err(|why: String| self.problem(code.span(), &why))
            .ok()
    }

    fn event(&mut self, name: &Spanned<String>) -> Event {
        Event::named(name.get_ref()).unwrap_or_else(|| {
            let known = Event::NAMES;
            self.problem(
                name.span(),
                &format!("`{}` is no event; known: {known}", name.get_ref()),
            );
            Event::Ignored
        })
    }

    /// Letters are written in German and English; a mail in another language is answered in English.
    fn language(&mut self, name: Option<&Spanned<String>>) -> Option<Language> {
        let name = name?;
        match name.get_ref().as_str() {
            "de" => Some(Language::De),
            "en" | "fr" | "it" | "nl" | "es" | "pl" => Some(Language::En),
            _ => {
                self.problem(
                    name.span(),
                    "the language is `de`, `en`, `fr`, `it`, `nl`, `es` or `pl`",
                );
                None
            }
        }
    }

    fn matching(&self, shared: &Markers, own: &Markers) -> Matching {
        // An `@name` among the markers stands for any of its labels.
        let both = |a: &[String], b: &[String]| {
            self.expand(a)
                .into_iter()
                .chain(self.expand(b))
                .map(|m| phrase(&m))
                .collect::<Vec<_>>()
        };
        let subject = if own.subject.is_empty() {
            &shared.subject
        } else {
            &own.subject
        };
        let any = if own.any.is_empty() {
            &shared.any
        } else {
            &own.any
        };
        let group = |words: &Words| both(&words.0, &[]);
        Matching {
            all: shared.all.iter().chain(&own.all).map(group).collect(),
            any: both(any, &[]),
            none: both(&shared.none, &own.none),
            subject: both(subject, &[]),
        }
    }

    fn fields(&mut self, fields: BTreeMap<Spanned<String>, Sources>) -> BTreeMap<String, Field> {
        let mut compiled = BTreeMap::new();
        for (name, sources) in fields {
            if !super::FIELDS.contains(&name.get_ref().as_str()) {
                let known = super::FIELDS.join(", ");
                self.problem(
                    name.span(),
                    &format!("`{}` is no field; known: {known}", name.get_ref()),
                );
                continue;
            }
            let alternatives = sources
                .0
                .iter()
                .filter_map(|s| self.alternative(s.get_ref(), s.span()))
                .collect();
            compiled.insert(name.into_inner(), Field { alternatives });
        }
        compiled
    }

    /// `@name` becomes the labels of that name: the recipe's own, else the shared ones.
    fn expand(&self, words: &[String]) -> Vec<String> {
        let listed = |name: &str| {
            self.labels
                .get(name)
                .or_else(|| self.common.labels.get(name))
        };
        let one = |word: &String| match word.strip_prefix('@').map(listed) {
            Some(Some(labels)) => labels.clone(),
            _ => vec![word.clone()],
        };
        words.iter().flat_map(one).collect()
    }

    fn phrases(&self, words: &Words) -> Vec<Phrase> {
        self.labels(words).into_iter().map(Phrase::new).collect()
    }

    fn labels(&self, words: &Words) -> Vec<String> {
        self.expand(&words.0)
            .iter()
            .map(|word| plain(word).trim().trim_end_matches(':').to_lowercase())
            .collect()
    }

    fn regex(&mut self, span: Range<usize>, pattern: &str) -> Option<Regex> {
        match RegexBuilder::new(pattern)
            .multi_line(true)
            .size_limit(1 << 20)
            .build()
        {
            Ok(regex) => Some(regex),
            Err(error) => {
                self.problem(
                    span,
                    &format!(
                        "the pattern is wrong: {}",
                        error.to_string().replace('\n', " ")
                    ),
                );
                None
            }
        }
    }

    fn formats<T>(
        &mut self,
        examples: &[Spanned<String>],
        read: fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let mut formats = Vec::new();
        for example in examples {
            match read(example.get_ref()) {
                Ok(format) => formats.push(format),
                Err(why) => self.problem(example.span(), &why),
            }
        }
        formats
    }
}

//! The merchant's templates: loaded, checked and compiled once; refused with file, line and the unknown name.
//!
//! Own instance of the engine: no function that reads the environment or a file; `.html` is escaped, which a probe
//! asserts at every start; text from mails is a value and never a template. After `compile` nothing fails at night:
//! every letter was rendered with a rich and with a poor context.

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, ErrorKind, Tera};

use super::filters;
use super::layout::tidy;
use super::problems::{reports, unknown_names};
use super::sample;
use super::variables::Kind;
use crate::ledger::Language;

/// All templates, compiled.
#[derive(Debug)]
pub struct Letters {
    tera: Tera,
}

/// The words of one letter, before they become a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

impl Letters {
    /// Compiles templates from `(path like `de/friendly.txt`, text)` pairs; later ones replace earlier ones (the
    /// merchant's folder overlays the shipped ones). Every variable is compared with the documented list.
    ///
    /// # Errors
    /// Every problem found, each with file, line and column and the name that is unknown.
    pub fn compile(files: &[(String, String)]) -> Result<Letters, Vec<String>> {
        let files: BTreeMap<&str, String> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.replace("\r\n", "\n")))
            .collect();
        let mut problems: Vec<String> = files.keys().filter_map(|path| misplaced(path)).collect();
        problems.extend(files.iter().filter_map(|(path, text)| headless(path, text)));
        let (mut tera, broken) = syntax(&files);
        problems.extend(broken);
        if problems.is_empty() {
            let all = files.iter().map(|(path, text)| (*path, text.as_str()));
            if let Err(error) = tera.add_raw_templates(all) {
                problems.extend(reports(&error, &files));
            }
            problems.extend(unknown_names(&files));
        }
        let letters = Letters { tera };
        if problems.is_empty() {
            problems.extend(letters.lonely());
            problems.extend(letters.trial(&files));
        }
        problems.sort();
        problems.dedup();
        match problems.is_empty() {
            true => Ok(letters),
            false => Err(problems),
        }
    }

    /// The templates that are shipped inside the program, as `(path, text)`.
    pub fn shipped() -> &'static [(&'static str, &'static str)] {
        super::shipped::SHIPPED
    }

    /// The shipped templates with the merchant's laid over them.
    ///
    /// # Errors
    /// As `compile`.
    pub fn with_overlay(overlay: &[(String, String)]) -> Result<Letters, Vec<String>> {
        let shipped = Letters::shipped().iter();
        let mut files: Vec<(String, String)> = shipped
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        files.extend_from_slice(overlay);
        Letters::compile(&files)
    }

    /// Names of the letters, without language and ending.
    pub fn names(&self) -> BTreeSet<String> {
        let letters = self.tera.get_template_names();
        letters
            .filter_map(|path| letter_of(path))
            .map(|(_, name)| name.to_owned())
            .collect()
    }

    /// The language in which this letter exists: the wanted one, else the other; `None` where there is no such letter.
    pub(super) fn language_of(&self, template: &str, wanted: Language) -> Option<Language> {
        let other = match wanted {
            Language::De => Language::En,
            Language::En => Language::De,
        };
        let has = |language: &Language| {
            let path = format!("{}/{template}.txt", code(*language));
            self.tera.contains_template(&path)
        };
        [wanted, other].into_iter().find(has)
    }

    /// The words of a letter.
    ///
    /// # Errors
    /// In words with file, line and column.
    pub(super) fn words(
        &self,
        template: &str,
        language: Language,
        context: &Context,
    ) -> Result<Words, String> {
        let path = format!("{}/{template}", code(language));
        let render = |ending: &str| {
            let name = format!("{path}.{ending}");
            let rendered = self.tera.render(&name, context);
            rendered.map_err(|error| reports(&error, &BTreeMap::new()).join("; "))
        };
        let (text, html) = (render("txt")?, render("html")?);
        let (head, body) = text.split_once('\n').unwrap_or((&text, ""));
        let subject = head.strip_prefix("Subject:").unwrap_or_default();
        let subject = super::phrases::plain(subject);
        if subject.is_empty() {
            return Err(format!("{path}.txt:1:1: the subject is empty"));
        }
        Ok(Words {
            subject,
            text: tidy(body),
            html: format!("{}\n", html.trim()),
        })
    }

    /// Letters of which one of the two parts is missing.
    fn lonely(&self) -> Vec<String> {
        let names = self.tera.get_template_names();
        let alone = |path: &str| {
            letter_of(path)?;
            let (stem, ending) = path.rsplit_once('.')?;
            let beside = format!("{stem}.{}", if ending == "txt" { "html" } else { "txt" });
            let missing = !self.tera.contains_template(&beside);
            missing.then(|| format!("{path}:1:1: `{beside}` is missing beside it"))
        };
        names.filter_map(alone).collect()
    }

    /// Renders every letter with a rich and with a poor context.
    fn trial(&self, files: &BTreeMap<&str, String>) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.escapes() {
            problems.push("templates: text inside .html is not escaped".to_owned());
        }
        for path in files.keys() {
            let Some((language, name)) = letter_of(path) else {
                continue;
            };
            for context in sample::contexts(Kind::of(name), language) {
                if let Err(error) = self.tera.render(path, &context) {
                    problems.extend(reports(&error, files));
                }
            }
        }
        problems
    }

    fn escapes(&self) -> bool {
        let mut probe = self.tera.clone();
        let mut context = Context::new();
        context.insert("probe", "<b>&\"");
        probe
            .add_raw_template("de/probe.html", "{{ probe }}")
            .is_ok()
            && probe
                .render("de/probe.html", &context)
                .is_ok_and(|text| !text.contains(['<', '"']) && text.contains("&lt;b"))
    }
}

/// The folder of a language.
pub(super) fn code(language: Language) -> &'static str {
    match language {
        Language::De => "de",
        Language::En => "en",
    }
}

/// Language and name of a letter's file; `None` for shared parts (`_pay.txt`).
pub(super) fn letter_of(path: &str) -> Option<(Language, &str)> {
    let (folder, file) = path.split_once('/')?;
    let language = match folder {
        "de" => Language::De,
        "en" => Language::En,
        _ => return None,
    };
    let (name, ending) = file.rsplit_once('.')?;
    (matches!(ending, "txt" | "html") && !name.starts_with('_')).then_some((language, name))
}

fn misplaced(path: &str) -> Option<String> {
    let fits = path.split_once('/').is_some_and(|(folder, file)| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        matches!(folder, "de" | "en")
            && file
                .strip_suffix(".txt")
                .or(file.strip_suffix(".html"))
                .is_some_and(|name| !name.is_empty() && name.chars().all(plain))
    });
    (!fits).then(|| {
        format!("{path}:1:1: not the place of a template: they are `de/NAME.txt`, `de/NAME.html`, `en/NAME.txt` and `en/NAME.html`")
    })
}

/// A letter's text looks like a mail: subject, empty line, body.
fn headless(path: &str, text: &str) -> Option<String> {
    letter_of(path)?;
    if !path.ends_with(".txt") {
        return None;
    }
    let mut lines = text.lines();
    if !lines
        .next()
        .is_some_and(|line| line.starts_with("Subject: "))
    {
        return Some(format!("{path}:1:1: the first line must be `Subject: ...`"));
    }
    let blank = lines.next().is_none_or(|line| line.trim().is_empty());
    (!blank).then(|| format!("{path}:2:1: the line after the subject must be empty"))
}

/// An engine with our filters, and every file that is no valid template.
fn syntax(files: &BTreeMap<&str, String>) -> (Tera, Vec<String>) {
    let mut tera = Tera::default();
    tera.autoescape_on([".html"]);
    filters::register(&mut tera);
    let mut problems = Vec::new();
    for (path, text) in files {
        let alone = tera.clone().add_raw_template(path, text);
        if let Err(error) = alone
            && matches!(error.kind(), ErrorKind::SyntaxError(_))
        {
            problems.extend(reports(&error, files));
        }
    }
    (tera, problems)
}

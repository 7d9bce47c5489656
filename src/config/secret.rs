//! Where a secret is found. The configuration never holds one: it is copied into backups, mails and support requests.

use std::path::PathBuf;

use toml::de::DeValue;

use super::Secret;
use super::nearest::nearest;

const WAYS: [&str; 3] = ["credential", "file", "command"];

/// The reader of a secret's place; `example` is a name for the credential. Never repeats what stands in the file.
pub(super) fn place(example: &'static str) -> impl Fn(&DeValue) -> Result<Secret, String> {
    move |value| {
        let forms = || {
            format!(
                "write {{ credential = \"{example}\" }} (systemd), {{ file = \"/etc/mahnwerk/{example}\" }} (mode 0600) or {{ command = [\"pass\", \"show\", \"{example}\"] }}"
            )
        };
        let table = match value {
            DeValue::Table(table) => table,
            DeValue::String(_) => {
                return Err(format!(
                    "never stands in the configuration itself; say where it is found: {}",
                    forms()
                ));
            }
            _ => return Err(format!("must say where the secret is found: {}", forms())),
        };
        let mut entries = table.iter();
        let (Some((key, value)), None) = (entries.next(), entries.next()) else {
            return Err(format!("must name exactly one place: {}", forms()));
        };
        let key: &str = key.get_ref();
        match (key, value.get_ref()) {
            ("credential", DeValue::String(name)) if plain(name) => {
                Ok(Secret::Credential(name.to_string()))
            }
            ("credential", _) => {
                Err("needs the name of a credential, of letters, digits, dots and hyphens".into())
            }
            ("file", DeValue::String(path)) if path.starts_with('/') => {
                Ok(Secret::File(PathBuf::from(path.as_ref())))
            }
            ("file", _) => Err("needs a whole path in quotes that begins with /".into()),
            ("command", DeValue::Array(words)) => {
                let command: Option<Vec<String>> = words
                    .iter()
                    .map(|word| word.get_ref().as_str().map(str::to_owned))
                    .collect();
                command
                    .filter(|words| words.first().is_some_and(|program| !program.is_empty()))
                    .map(Secret::Command)
                    .ok_or_else(|| "needs a program and its arguments, each in quotes".into())
            }
            ("command", _) => Err(
                "needs a list: the program and its arguments, e.g. [\"pass\", \"show\", \"mail\"]"
                    .into(),
            ),
            (other, _) => Err(match nearest(other, WAYS) {
                Some(near) => format!("knows no such place; do you mean `{near}`?"),
                None => format!("knows no such place: {}", forms()),
            }),
        }
    }
}

/// systemd names credentials like files: no slash, nothing hidden.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

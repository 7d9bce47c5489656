//! One runner for pairs of files: input, expectation, one switch to bless.
use std::path::{Path, PathBuf};

/// Runs every `*.input_ending` of a folder below this one and compares with the file beside it.
pub(crate) fn run(
    folder: &str,
    input: &str,
    expectation: &str,
    made: impl Fn(&str, &str) -> String,
) {
    let folder = here().join(folder);
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(input))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no pairs in {}", folder.display());
    let mut odd = Vec::new();
    for path in inputs {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = file.strip_suffix(input).unwrap().to_owned();
        let text = made(&name, &std::fs::read_to_string(&path).unwrap());
        odd.extend(compare(&folder.join(format!("{name}{expectation}")), &text));
    }
    assert!(odd.is_empty(), "{}", odd.join("\n\n"));
}

/// Compares with one expectation; the difference in words.
pub(crate) fn compare(path: &Path, text: &str) -> Option<String> {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, text).unwrap();
        return None;
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    let (wanted, text) = (wanted.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
    if wanted == text {
        return None;
    }
    let line = wanted
        .lines()
        .zip(text.lines())
        .take_while(|(a, b)| a == b)
        .count();
    Some(format!(
        "{}:{}\n  wanted: {:?}\n  found:  {:?}\n  (BLESS=1 accepts what was found)",
        path.display(),
        line + 1,
        wanted.lines().nth(line).unwrap_or("(end)"),
        text.lines().nth(line).unwrap_or("(end)")
    ))
}

pub(crate) fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters")
}

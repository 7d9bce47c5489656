//! Templates and recipes: those that are shipped, overlaid by the merchant's folders, compiled. All problems at once;
//! a caller who gets problems keeps what he has.

use std::fs;
use std::path::Path;

use crate::config::Paths;
use crate::letter::Letters;
use crate::mail::Recipe;

/// Largest file of a folder.
const FILE: u64 = 1024 * 1024;
/// Most files of a folder.
const FILES: usize = 1000;

/// All templates.
///
/// # Errors
/// Every problem: unreadable files, and what does not compile with file, line and column.
pub fn letters(paths: &Paths) -> Result<Letters, Vec<String>> {
    let files = overlaid(
        Letters::shipped(),
        paths.templates.as_deref(),
        &["txt", "html"],
    )?;
    Letters::compile(&files)
}

/// All recipes.
///
/// # Errors
/// As [`letters`].
pub fn recipes(paths: &Paths) -> Result<Vec<Recipe>, Vec<String>> {
    let files = overlaid(Recipe::shipped(), paths.recipes.as_deref(), &["toml"])?;
    Recipe::compile(&files)
}

/// The shipped files, then the folder's with one of these endings, by their names below the folder.
fn overlaid(
    shipped: &[(&str, &str)],
    folder: Option<&Path>,
    endings: &[&str],
) -> Result<Vec<(String, String)>, Vec<String>> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let mut files: Vec<(String, String)> = shipped.iter().map(owned).collect();
    let Some(folder) = folder else {
        return Ok(files);
    };
    let mut found = Found {
        endings,
        files: Vec::new(),
        problems: Vec::new(),
    };
    found.look(folder, "", 0);
    if !found.problems.is_empty() {
        return Err(found.problems);
    }
    found.files.sort();
    files.append(&mut found.files);
    Ok(files)
}

/// What was found in a folder so far.
struct Found<'a> {
    endings: &'a [&'a str],
    files: Vec<(String, String)>,
    problems: Vec<String>,
}

impl Found<'_> {
    fn look(&mut self, folder: &Path, below: &str, depth: u8) {
        let listing = match fs::read_dir(folder) {
            Ok(listing) => listing,
            Err(error) => {
                let place = folder.display();
                self.problems.push(format!(
                    "{place}: cannot be read ({error}); make the folder or take it out of the configuration"
                ));
                return;
            }
        };
        for file in listing.flatten() {
            let path = file.path();
            let name = file.file_name().to_string_lossy().into_owned();
            // Editors' leftovers (`.x.swp`, `x~`) are not templates.
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            let name = format!("{below}{name}");
            if path.is_dir() {
                if depth < 2 {
                    self.look(&path, &format!("{name}/"), depth + 1);
                }
                continue;
            }
            let ending = path.extension().and_then(|end| end.to_str()).unwrap_or("");
            if self.endings.contains(&ending) {
                self.take(&path, name);
            }
        }
    }

    fn take(&mut self, path: &Path, name: String) {
        let place = path.display();
        if self.files.len() >= FILES {
            self.problems.truncate(20);
            self.problems.push(format!(
                "{place}: more than {FILES} files; is it the right folder?"
            ));
            return;
        }
        match fs::metadata(path) {
            Ok(found) if found.len() > FILE => {
                self.problems
                    .push(format!("{place}: larger than 1 MiB; is it the right file?"));
                return;
            }
            _ => {}
        }
        match fs::read_to_string(path) {
            Ok(text) => self.files.push((name, text)),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                self.problems.push(format!(
                    "{place}: is not UTF-8; save it as UTF-8 and try again"
                ));
            }
            Err(error) => self
                .problems
                .push(format!("{place}: cannot be read ({error})")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_folder_is_laid_over_what_is_shipped() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("de")).unwrap();
        for (name, text) in [
            ("de/friendly.txt", "mine"),
            ("de/x.txt~", "no"),
            ("de/.x.txt", "no"),
            ("a.md", "no"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let files = overlaid(
            &[("de/friendly.txt", "shipped")],
            Some(folder.path()),
            &["txt"],
        )
        .unwrap();
        let pair = |text: &str| ("de/friendly.txt".to_owned(), text.to_owned());
        assert_eq!(files, [pair("shipped"), pair("mine")]);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.toml"), b"\xff\xfe").unwrap();
        fs::write(folder.path().join("b.toml"), vec![b'#'; 1_100_000]).unwrap();
        let problems = overlaid(&[], Some(folder.path()), &["toml"]).unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
        let problems = overlaid(&[], Some(&folder.path().join("none")), &["toml"]).unwrap_err();
        assert!(problems[0].contains("make the folder"), "{problems:?}");
    }
}

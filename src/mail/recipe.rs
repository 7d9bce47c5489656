//! Recipes: what one system's or bank's mails look like, as TOML data that a merchant can read.

/// One compiled recipe.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Its name (file name without `.toml`).
    pub name: String,
}

impl Recipe {
    /// Compiles recipes from `(file name, TOML text)` pairs; later ones replace earlier ones of the same name
    /// (the merchant's folder overlays the shipped ones).
    ///
    /// # Errors
    /// Every problem found, each with file, line and column.
    pub fn compile(_files: &[(String, String)]) -> Result<Vec<Recipe>, Vec<String>> {
        todo!()
    }

    /// The recipes that are shipped inside the program.
    pub fn shipped() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Runs the examples that the recipe carries; the failures, each with file, line and what differed.
    pub fn check_examples(&self) -> Vec<String> {
        todo!()
    }
}

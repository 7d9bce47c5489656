//! The merchant's templates: loaded, checked and compiled once; refused with file, line and the unknown name.

/// All templates, compiled.
#[derive(Debug)]
pub struct Letters {
    // tera inside
}

impl Letters {
    /// Compiles templates from `(path like `de/friendly.txt`, text)` pairs; later ones replace earlier ones (the
    /// merchant's folder overlays the shipped ones). Every variable is compared with the documented list.
    ///
    /// # Errors
    /// Every problem found, each with file, line and column and the name that is unknown.
    pub fn compile(_files: &[(String, String)]) -> Result<Letters, Vec<String>> {
        todo!()
    }

    /// The templates that are shipped inside the program.
    pub fn shipped() -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

//! The facts for the Common Expression Language: one variable, `call`.

use cel::Context;

use crate::facts::CallFacts;

impl CallFacts {
    /// Puts the facts into a context, as the variable `call`: the members of `spec/facts.md`, absent ones as `null`.
    ///
    /// # Errors
    /// Where a fact is no value of the language.
    pub fn bind(&self, context: &mut Context<'_, '_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let value = cel::to_value(self).map_err(|error| error.to_string())?;
        context.add_variable_from_value("call", value);
        Ok(())
    }
}

(module (import "env" "now" (func (result i64))))

/// A shell for which there is a completion script.
package enum CompletionShell: String, OptionWord, CaseIterable, Sendable {
    case bash, zsh, fish
}

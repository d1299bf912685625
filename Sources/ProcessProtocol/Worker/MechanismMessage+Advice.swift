extension MechanismMessage {
    /// How a line of level debug begins that says what the administrator can do: `--check` prints such lines last.
    package static let advicePrefix = "to do: "
}

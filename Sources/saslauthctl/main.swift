import ArgumentParser
import Platform

StandardStream.ignoreBrokenPipes()
// As with the daemon, -m may stand first: it belongs to whatever command follows.
var words = Array(CommandLine.arguments.dropFirst())
if words.count > 2, words[0] == "-m", !words[2].hasPrefix("-") { words = Array(words[2...] + words[..<2]) }
ControlCommand.main(words)

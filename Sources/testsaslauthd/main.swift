import Glibc
import Platform

StandardStream.ignoreBrokenPipes()
let arguments = ArgumentVector.words
let probe = Probe(
    name: arguments.first.map { String(decoding: $0, as: UTF8.self) } ?? "testsaslauthd",
    console: .standard
)
exit(probe.run(arguments: arguments) { ArgumentVector.hide(word: $0.word, from: $0.offset) })

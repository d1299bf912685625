import Glibc
import Platform

let code = ListProgram.run(
    Array(CommandLine.arguments.dropFirst()),
    print: { StandardStream.output.write($0) },
    complain: { StandardStream.error.write($0) }
)
exit(code)

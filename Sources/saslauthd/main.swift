internal import Glibc
internal import Master

exit(MasterProgram.run(Array(CommandLine.arguments.dropFirst())))

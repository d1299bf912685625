#!/bin/sh
# Sets up accounts, PAM services, our daemon and Cyrus's on a private system; the run directories are in the scratch
# folder. Arguments: the scratch folder, with passwd, shadow, group and pam.d to add to the system's; the folder with
# the built programs; the mechanisms.
set -eu
folder=$1
bin=$2
shift 2
for file in passwd shadow group; do cat "$folder/$file" >>"/etc/$file"; done
cp "$folder/pam.d"/* /etc/pam.d
for mechanism in "$@"; do
    for make in ours reference; do
        program=$bin/saslauthd options='--throttle off'
        [ $make = ours ] || program=/usr/sbin/saslauthd options=
        mkdir -m 755 "$folder/$make.$mechanism"
        "$program" $options -a "$mechanism" -m "$folder/$make.$mechanism" -d 2>"$folder/$make.$mechanism.log" &
    done
done
wait

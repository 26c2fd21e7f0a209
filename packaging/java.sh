# shellcheck shell=bash disable=SC2154,SC2034 # cache is the including script's; the lists are for it
# Which Java runs Vitrine, and how; sourced by ../vitrine and install.sh, which give cache.

# What Vitrine's classes need of any JVM.
java_needs=(
    --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow
    --add-exports java.base/jdk.internal.misc=ALL-UNNAMED
    -Djava.awt.headless=true
)

# OpenCV and Vulkan live outside the Java heap.
java_memory=(
    -XX:+UseSerialGC -Xms96m -Xmx512m
    -XX:+UseCompactObjectHeaders
)

# Where libraries in jars are unpacked.
java_natives=(
    "-Dorg.bytedeco.javacpp.cachedir=$cache/javacpp"
    "-Dorg.lwjgl.system.SharedLibraryExtractPath=$cache/lwjgl"
)

java_options=("${java_needs[@]}" "${java_memory[@]}" "${java_natives[@]}")

# The run that an AOT cache is made of, behind -jar; its pictures go to the folder $1.
java_training() {
    printf '%s\n' run --source pattern:640x360@30 --frames 12 --present "offscreen:$1?every=12"
}

# java_version FOLDER PROGRAM: major version of the Java there, 0 where its bin has no such program.
java_version() {
    local version=0
    if [[ -x $1/bin/$2 && -r $1/release ]]; then
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    fi
    echo "${version:-0}"
}

# cmake -P: writes the bytes of FILE, and a final 0, as the C array NAME to OUT.
# An array, since a string literal may be no longer than 4095 characters.
cmake_policy(VERSION 3.25)
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUT} "static const char ${NAME}[] = {\n${bytes}0x00\n};\n")

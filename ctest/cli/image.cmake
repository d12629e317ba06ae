# relight image: good and bad input, exit codes, messages, and that failure changes nothing.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY ${WORK})

# contents(OUTPUT): names and digests of all files in WORK.
function(contents output)
    file(GLOB files LIST_DIRECTORIES false ${WORK}/* ${WORK}/.*)
    set(seen "")
    foreach(file IN LISTS files)
        file(SHA256 ${file} digest)
        list(APPEND seen "${file} ${digest}")
    endforeach()
    set(${output} "${seen}" PARENT_SCOPE)
endfunction()

# check(CODE code [OUT regex...] [ERR regex...] RUN argument...): runs `relight image argument...`
# in WORK. Each regex must be found in what it printed there; nothing may be on standard error
# unless ERR is given. A run that fails leaves the folder as it was.
function(check)
    cmake_parse_arguments(PARSE_ARGV 0 want "" "CODE" "OUT;ERR;RUN")
    list(JOIN want_RUN " " line)
    contents(before)
    execute_process(COMMAND ${RELIGHT} image ${want_RUN} WORKING_DIRECTORY ${WORK}
                    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
    contents(after)
    set(shown "`relight image ${line}'\n--- exit ${code}, standard output\n${out}\n--- error\n${err}")
    if(NOT code STREQUAL want_CODE)
        message(FATAL_ERROR "expected exit code ${want_CODE}: ${shown}")
    endif()
    foreach(regex IN LISTS want_OUT)
        if(NOT out MATCHES "${regex}")
            message(FATAL_ERROR "expected '${regex}' on standard output: ${shown}")
        endif()
    endforeach()
    foreach(regex IN LISTS want_ERR)
        if(NOT err MATCHES "${regex}")
            message(FATAL_ERROR "expected '${regex}' on standard error: ${shown}")
        endif()
    endforeach()
    if(NOT want_ERR AND NOT err STREQUAL "")
        message(FATAL_ERROR "expected nothing on standard error: ${shown}")
    endif()
    if(NOT code EQUAL 0 AND NOT before STREQUAL after)
        message(FATAL_ERROR "the folder changed from\n${before}\nto\n${after}\nby ${shown}")
    endif()
endfunction()

# poke(FILE OFFSET OCTAL): overwrites one byte of a file in WORK.
function(poke file offset octal)
    execute_process(
        COMMAND sh -c "printf '\\${octal}' | dd of=${file} bs=1 seek=${offset} conv=notrunc"
        WORKING_DIRECTORY ${WORK} RESULT_VARIABLE code ERROR_VARIABLE err)
    if(NOT code EQUAL 0)
        message(FATAL_ERROR "dd: ${err}")
    endif()
endfunction()

# same(FILE FILE YES|NO): whether two files in WORK have the same content.
function(same one other wanted)
    file(SHA256 ${WORK}/${one} one_digest)
    file(SHA256 ${WORK}/${other} other_digest)
    set(is NO)
    if(one_digest STREQUAL other_digest)
        set(is YES)
    endif()
    if(NOT is STREQUAL wanted)
        message(FATAL_ERROR "${one} and ${other}: same is ${is}, expected ${wanted}")
    endif()
endfunction()

string(REPEAT "0123456789abcde\n" 260 text)
file(WRITE ${WORK}/payload.bin "${text}") # 4160 bytes: padded to 4352
file(WRITE ${WORK}/short.bin "too short")
file(WRITE ${WORK}/empty "")

# Help and wrong use.
check(CODE 0 OUT "keygen" "build" "sign" "inspect" RUN --help)
foreach(part IN ITEMS keygen build sign inspect corrupt)
    check(CODE 0 OUT "Usage: relight image ${part}" RUN ${part} --help)
    check(CODE 2 ERR "relight image ${part}: .* is missing" RUN ${part})
    check(CODE 2 ERR "no-such-option" RUN ${part} --no-such-option)
endforeach()
check(CODE 2 ERR "Usage: relight image" RUN)
check(CODE 2 ERR "'corrode' is no command; expected keygen, build, sign, inspect or corrupt"
      RUN corrode)

# Keys.
check(CODE 0 OUT "a.key and a.key.pub: made" RUN keygen -o a.key --seed alpha)
check(CODE 0 RUN keygen -o a2.key --seed alpha)
check(CODE 0 RUN keygen -o b.key --seed beta)
check(CODE 0 RUN keygen -o r.key)
same(a.key a2.key YES)
same(a.key.pub a2.key.pub YES)
same(a.key b.key NO)
same(r.key a.key NO)
file(READ ${WORK}/a.key key)
if(NOT key MATCHES "^relight-ed25519-secret [0-9a-f]+\n$")
    message(FATAL_ERROR "a.key holds: ${key}")
endif()
file(READ ${WORK}/a.key.pub key)
if(NOT key MATCHES "^relight-ed25519-public [0-9a-f]+\n$")
    message(FATAL_ERROR "a.key.pub holds: ${key}")
endif()
execute_process(COMMAND stat -c %a ${WORK}/r.key OUTPUT_VARIABLE mode)
if(NOT mode STREQUAL "600\n")
    message(FATAL_ERROR "r.key has mode ${mode}, expected 600")
endif()
check(CODE 2 ERR "a.key: cannot be created: File exists" RUN keygen -o a.key)
file(WRITE ${WORK}/c.key.pub "taken")
check(CODE 2 ERR "c.key: its .pub file cannot be created: File exists" RUN keygen -o c.key)
check(CODE 2 ERR "no/such.key: cannot be written: No such file" RUN keygen -o no/such.key)
check(CODE 2 ERR "'extra' was not expected" RUN keygen -o x.key extra)

# Building.
check(CODE 0 OUT "one.img: 5376 bytes, identity [0-9a-f]+" ERR "signed with the test key"
       RUN build payload.bin -o one.img)
check(CODE 0 ERR "test key" RUN build payload.bin -o two.img)
same(one.img two.img YES)
check(CODE 0 OUT "file +one.img, 5376 bytes" "name +payload.bin\n" "version +1.0.0\n"
                  "segment +data +at 0x00001300, 512 bytes" "header crc +0x[0-9A-F]+ good"
                  "good under the test key" "sound +yes"
       RUN inspect one.img)
check(CODE 0 RUN build payload.bin -o full.img --key a.key --name "full name" --version 1.2.65535
       --data-size 1K --level 3 --capabilities 0xF0 --data-format 4 --init-requires 0x3
       --hardware-min 5 --security-counter 6 --start-address 0x10000)
check(CODE 0 OUT "name +full name\n" "version +1.2.65535\n" "level +3\n" "capabilities +0x000000F0\n"
                  "data format +4\n" "init requires +0x00000003\n" "hardware min +5\n"
                  "security counter +6\n" "start address +0x00010000\n" "data +at 0x00001100, 1024"
                  "good under a.key.pub\n" "sound +yes"
       RUN inspect full.img --key a.key.pub)
check(CODE 0 OUT "\"name\": \"full name\"" "\"version\": \"1.2.65535\"" "\"signature_good\": true"
                  "\"problems\": \\[\\]" "\"sound\": true"
       RUN inspect full.img --key a.key.pub --json)
check(CODE 0 RUN build payload.bin -o two.img --key a.key) # replaces what is there
same(one.img two.img NO)

check(CODE 2 ERR "missing.bin: cannot be opened: No such file" RUN build missing.bin -o x.img)
check(CODE 2 ERR "short.bin: the payload has 9 bytes; expected 1024 to" RUN build short.bin -o x.img)
check(CODE 2 ERR "is not a regular file" RUN build . -o x.img)
check(CODE 2 ERR "payload.bin: is the payload itself" RUN build payload.bin -o payload.bin)
check(CODE 2 ERR "no/x.img: cannot be written: No such file" RUN build payload.bin -o no/x.img --key a.key)
check(CODE 2 ERR "cannot be written: is not a regular file" RUN build payload.bin -o . --key a.key)
check(CODE 2 ERR "'more' was not expected" RUN build payload.bin more -o x.img)
check(CODE 2 ERR "-o IMAGE is missing" RUN build payload.bin)
check(CODE 2 ERR "--version: '1.2' is not a version" RUN build payload.bin -o x.img --version 1.2)
check(CODE 2 ERR "--data-size: '0' is not a size" RUN build payload.bin -o x.img --data-size 0)
check(CODE 2 ERR "--data-size: '1G' is not a size" RUN build payload.bin -o x.img --data-size 1G)
check(CODE 2 ERR "data size 100 does not fit; expected a multiple of 256 up to 3584"
       RUN build payload.bin -o x.img --data-size 100)
check(CODE 2 ERR "data size 4096 does not fit" RUN build payload.bin -o x.img --data-size 4K)
check(CODE 2 ERR "--level: '4294967296' is not a number" RUN build payload.bin -o x.img --level 4294967296)
check(CODE 2 ERR "--capabilities: '0xG' is not a number"
       RUN build payload.bin -o x.img --capabilities 0xG)
check(CODE 2 ERR "--name: has 32 characters; expected at most 31"
       RUN build payload.bin -o x.img --name 01234567890123456789012345678901)
check(CODE 2 ERR "expected at most 31 printable" RUN build payload.bin -o x.img --name "tab\there")
check(CODE 2 ERR "a.key.pub: is a key of the wrong kind" RUN build payload.bin -o x.img --key a.key.pub)
check(CODE 2 ERR "short.bin: is not a key file" RUN build payload.bin -o x.img --key short.bin)
check(CODE 2 ERR "payload.bin: is too large" RUN build payload.bin -o x.img --key payload.bin)

# Places, configurations and what the bridge goes by.
check(CODE 0 RUN build payload.bin -o rich.img --key a.key --extent 512@16K --extent 256
       --extent 256@0x400 --runtime-place 2K --pla 2:8K --phy 1:256:9 --data-format 3
       --data-reads 1-4 --level-min 2 --init-fast 0x6 --init-order post,registers,handshake,variables
       --prepares caches,registers)
check(CODE 0 OUT "level min +2\n" "data reads +1 to 4\n" "init fast +0x00000006\n"
                  "init order +post registers handshake variables\n" "prepares +0x00000005\n"
                  "PLA level +2\n" "PHY level +1\n" "segment count +6\n"
                  "runtime +at 0x00000400, 3328 bytes\n  place +0x00000800\n"
                  "data +at 0x00001100, 512 bytes\n  place +0x00004000\n"
                  "data +at 0x00001300, 256 bytes\n  place +0x00004200\n"
                  "data +at 0x00001400, 256 bytes\n  place +0x00000400\n"
                  "PLA +at 0x00001500, 8192 bytes\n  sha" "PHY +at 0x00003500, 256 bytes\n  sha"
                  "sound +yes"
       RUN inspect rich.img --key a.key.pub)
check(CODE 0 OUT "\"data_reads_min\": 1" "\"data_reads_max\": 4" "\"level_min\": 2" "\"pla_level\": 2"
                  "\"phy_level\": 1" "\"init_fast\": 6" "\"place\": 16384" "\"type\": \"PLA\""
                  "\"init_order\": \"post registers handshake variables\"" "\"prepares\": 5"
       RUN inspect rich.img --key a.key.pub --json)
check(CODE 2 ERR "--data-reads: '4-1' is not a range" RUN build payload.bin -o x.img --data-reads 4-1)
check(CODE 2 ERR "data reads: are 2 to 3; expected its own format, 1"
       RUN build payload.bin -o x.img --data-reads 2-3)
check(CODE 2 ERR "--init-order: 'post' is not a list of all steps; .*registers, post, variables, handshake"
       RUN build payload.bin -o x.img --init-order post)
check(CODE 2 ERR "--init-order: 'post,post,post,post' is not"
       RUN build payload.bin -o x.img --init-order post,post,post,post)
check(CODE 2 ERR "--prepares: 'cash' is not a list of preparations; .*registers, buffers, caches"
       RUN build payload.bin -o x.img --prepares cash)
check(CODE 2 ERR "init fast: is 0x0000000F; expected bits 1 to 3"
       RUN build payload.bin -o x.img --init-fast 0xF)
check(CODE 2 ERR "--pla: '2' is not a configuration; expected LEVEL:SIZE"
       RUN build payload.bin -o x.img --pla 2)
check(CODE 2 ERR "--phy: '0:256' is not a configuration" RUN build payload.bin -o x.img --phy 0:256)
check(CODE 2 ERR "the PLA's configuration has level 2 and 100 bytes; expected .* from 256 to 1048576"
       RUN build payload.bin -o x.img --pla 2:100)
check(CODE 2 ERR "--extent: '@4K' is not an extent" RUN build payload.bin -o x.img --extent @4K)
check(CODE 2 ERR "--extent: given more than 5 times"
       RUN build payload.bin -o x.img --extent 256 --extent 256 --extent 256 --extent 256
           --extent 256 --extent 256)
check(CODE 2 ERR "extent 1 of 3840 bytes does not fit; .* up to 3584"
       RUN build payload.bin -o x.img --extent 3840)
check(CODE 2 ERR "data size and extents exclude each other"
       RUN build payload.bin -o x.img --extent 256 --data-size 256)
check(CODE 2 ERR "segment 1: its place, 0x800 to 0x900, overlaps that of segment 0"
       RUN build payload.bin -o x.img --extent 256@2K)
check(CODE 2 ERR "segment 1: has place 0x100; expected a multiple of 256 from 0x400 up"
       RUN build payload.bin -o x.img --extent 256@256)
check(CODE 2 ERR "segment 1: its place ends at 0x100000000, beyond"
       RUN build payload.bin -o x.img --extent 256@0xFFFFFF00)

# Inspecting what is not sound.
check(CODE 1 OUT "bad under b.key.pub" "problem +signature: does not verify" "sound +no"
       RUN inspect full.img --key b.key.pub)
check(CODE 1 OUT "bad under the test key" RUN inspect full.img)
check(CODE 1 OUT "problem +file: has 0 bytes" "sound +no" RUN inspect empty)
check(CODE 1 OUT "problem +magic: .* is no image" RUN inspect payload.bin)
check(CODE 1 OUT "\"status\": \"magic\"" "\"sound\": false" RUN inspect payload.bin --json)
check(CODE 2 ERR "missing.img: cannot be opened" RUN inspect missing.img)
check(CODE 2 ERR "is not a regular file" RUN inspect /dev/zero)
check(CODE 2 ERR "missing.pub: cannot be opened" RUN inspect full.img --key missing.pub)
check(CODE 2 ERR "a.key: is a key of the wrong kind" RUN inspect full.img --key a.key)
check(CODE 2 ERR "'two.img' was not expected" RUN inspect one.img two.img)

file(COPY_FILE ${WORK}/full.img ${WORK}/digest.img)
poke(digest.img 1024 377)
check(CODE 1 OUT "sha-256 +[0-9a-f]+ bad" "problem +segment 0: SHA-256"
       RUN inspect digest.img --key a.key.pub)
file(COPY_FILE ${WORK}/full.img ${WORK}/slot.img)
poke(slot.img 768 000)
check(CODE 1 OUT "problem +key slot: byte 0x300 is 0x00" RUN inspect slot.img --key a.key.pub)
file(COPY_FILE ${WORK}/full.img ${WORK}/tail.img)
file(APPEND ${WORK}/tail.img "x")
check(CODE 1 OUT "problem +file: 1 bytes follow" RUN inspect tail.img --key a.key.pub)
file(COPY_FILE ${WORK}/full.img ${WORK}/name.img)
poke(name.img 80 033)
check(CODE 1 OUT "name +.x1Bull name\n" "problem +name: byte 0x50 is 0x1B" "header crc +0x[0-9A-F]+ bad"
       RUN inspect name.img --key a.key.pub)
check(CODE 1 OUT "\"name\": \".*x1Bull name\"" "\"status\": \"format\"" "\"status\": \"header-crc\""
       RUN inspect name.img --key a.key.pub --json)

# Signing again.
file(COPY_FILE ${WORK}/full.img ${WORK}/again.img)
poke(again.img 44 011) # the security counter
check(CODE 1 OUT "security counter +9\n" "header crc .* bad" RUN inspect again.img --key a.key.pub)
check(CODE 0 OUT "again.img: signed" RUN sign again.img --key b.key)
check(CODE 0 OUT "security counter +9\n" "sound +yes" RUN inspect again.img --key b.key.pub)
poke(again.img 44 006)
check(CODE 0 RUN sign again.img --key a.key)
same(again.img full.img YES)
check(CODE 2 ERR "digest.img: not signed, .* segment 0: SHA-256" RUN sign digest.img --key a.key)
check(CODE 2 ERR "name.img: not signed, .* name: byte 0x50" RUN sign name.img --key a.key)
check(CODE 2 ERR "payload.bin: not signed, .* this is no image" RUN sign payload.bin --key a.key)
check(CODE 2 ERR "empty: not signed" RUN sign empty --key a.key)
check(CODE 2 ERR "missing.img: cannot be opened" RUN sign missing.img --key a.key)
check(CODE 2 ERR "a.key.pub: is a key of the wrong kind" RUN sign full.img --key a.key.pub)
check(CODE 2 ERR "--key KEYFILE is missing" RUN sign full.img)

# What the documentation shows is what is printed.
if(SOURCE AND EXISTS /usr/share/seabios/bios.bin)
    check(CODE 0 ERR "test key" RUN build /usr/share/seabios/bios.bin -o bios.img --version 1.16.2)
    execute_process(COMMAND ${RELIGHT} image inspect bios.img WORKING_DIRECTORY ${WORK}
                    OUTPUT_VARIABLE out COMMAND_ERROR_IS_FATAL ANY)
    file(READ ${SOURCE}/docs/image-format.md manual)
    string(FIND "${manual}" "${out}" found)
    file(SHA256 /usr/share/seabios/bios.bin digest)
    string(FIND "${manual}" "${digest}" is_documented) # other versions of the package differ
    if(found EQUAL -1 AND NOT is_documented EQUAL -1)
        message(FATAL_ERROR "docs/image-format.md does not show what is printed:\n${out}")
    endif()
endif()

# Corruptions: the list, one by number, one by field.
check(CODE 0 ERR "test key" RUN build payload.bin -o sound.img)
check(CODE 0 OUT "\n +[0-9]+  total-size=0x0,signed +total size: is 0;" "other-key,foreign"
      "segment1.overlaps,signed" "truncated=0x400" RUN corrupt sound.img --list)
check(CODE 0 OUT "bad.img: segment-count=0x9,signed: segment count: is 9; expected 2 to 8"
      RUN corrupt sound.img --field segment-count --value 9 --reseal signed -o bad.img)
check(CODE 1 OUT "segment count: is 9" RUN inspect bad.img)
check(CODE 0 OUT "n.img: magic.0.: magic:" RUN corrupt sound.img --number 0 -o n.img)
check(CODE 2 ERR "sound.img: is the sound image itself"
      RUN corrupt sound.img --number 0 -o ./sound.img)
check(CODE 2 ERR "there is no corruption 99999; expected 0 to"
      RUN corrupt sound.img --number 99999 -o x.img)
check(CODE 2 ERR "'magic' is no number in the metadata"
      RUN corrupt sound.img --field magic --value 1 -o x.img)
check(CODE 2 ERR "--value V is missing" RUN corrupt sound.img --field level -o x.img)
check(CODE 2 ERR "--reseal: 'well' is none" RUN corrupt sound.img --number 0 --reseal well -o x.img)
check(CODE 2 ERR "-o OUT is missing" RUN corrupt sound.img --number 0)
check(CODE 2 ERR "expected one of --list" RUN corrupt sound.img)
check(CODE 2 ERR "--list makes no image" RUN corrupt sound.img --list -o x.img)
check(CODE 2 ERR "bad.img: is not sound to begin with" RUN corrupt bad.img --list)

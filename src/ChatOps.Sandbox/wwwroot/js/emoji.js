// Emoji shortcodes that bots commonly use. An unknown one stays as typed, as Slack does.

const table = `
red_circle 🔴|large_orange_circle 🟠|orange_circle 🟠|large_yellow_circle 🟡|yellow_circle 🟡|large_green_circle 🟢|green_circle 🟢|large_blue_circle 🔵|blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|rotating_light 🚨|exclamation ❗|heavy_exclamation_mark ❗|question ❓|bangbang ‼️|information_source ℹ️|grey_question ❔|100 💯|sos 🆘|new 🆕|ok 🆗|up 🆙
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘|calendar 📅|date 📅|spiral_calendar_pad 🗓️|watch ⌚
mute 🔇|speaker 🔈|sound 🔉|loud_sound 🔊|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|phone ☎️
lock 🔒|unlock 🔓|key 🔑|shield 🛡️|closed_lock_with_key 🔐|police_car 🚓|fire 🔥|bomb 💣|skull 💀|boom 💥|zap ⚡|bug 🐛|ghost 👻|robot_face 🤖|alien 👽
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|moneybag 💰|dollar 💵|money_with_wings 💸|credit_card 💳|receipt 🧾|heavy_dollar_sign 💲
arrow_up ⬆️|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrow_forward ▶️|arrow_backward ◀️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|fast_forward ⏩|double_vertical_bar ⏸️|black_square_for_stop ⏹️|heavy_plus_sign ➕|heavy_minus_sign ➖
wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩|package 📦|file_folder 📁|open_file_folder 📂|page_facing_up 📄|page_with_curl 📃|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|label 🏷️|bookmark 🔖|books 📚|book 📖|mag 🔍|mag_right 🔎|wastebasket 🗑️|scissors ✂️|bulb 💡|computer 💻|desktop_computer 🖥️|floppy_disk 💾|cd 💿|satellite_antenna 📡|globe_with_meridians 🌐|earth_asia 🌏|cloud ☁️|sunny ☀️|umbrella ☔|snowflake ❄️|rainbow 🌈|ship 🚢|rocket 🚀|construction 🚧|traffic_light 🚥|checkered_flag 🏁|triangular_flag_on_post 🚩|trophy 🏆|gift 🎁|tada 🎉|confetti_ball 🎊|sparkles ✨|star ⭐|star2 🌟
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|muscle 💪|eyes 👀|handshake 🤝|raised_hand ✋|hand ✋
smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|wink 😉|joy 😂|sob 😭|cry 😢|thinking_face 🤔|sweat_smile 😅|sunglasses 😎|heart_eyes 😍|neutral_face 😐|confused 😕|disappointed 😞|scream 😱|angry 😠|rage 😡|sleeping 😴|relieved 😌|face_palm 🤦|shrug 🤷|heart ❤️|broken_heart 💔|green_heart 💚|blue_heart 💙|coffee ☕|beer 🍺|pizza 🍕|cake 🍰
bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|male-technologist 👨‍💻|female-technologist 👩‍💻|cop 👮|detective 🕵️|kr 🇰🇷|us 🇺🇸|jp 🇯🇵
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|zero 0️⃣`;

const emoji = new Map(table.split(/[|\n]/).filter(Boolean).map(pair => pair.split(' ')));

/** The characters of a shortcode (without colons), or undefined. A skin tone is ignored. */
export const emojiOf = name => emoji.get(name.replace(/::skin-tone-\d$/, ''));

/** Replaces every known `:shortcode:` in plain text. */
export const withEmoji = text => text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, (whole, name) => emojiOf(name) ?? whole);

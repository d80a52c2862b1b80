"""The words that the most common passwords are made of, in lower case, from general knowledge.

`web.weak_passwords` strips what people put around them, so that "dragon" stands here for "Dragon2024!" too.
"""

from __future__ import annotations

WORDS = """
123qweasd 123qweasdzxc 12qwaszx 1g2w3e4r 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc
1qazxsw2 2wsx3edc 3rjs1la7qe a1b2c3 a1b2c3d4 a1s2d3f4 abc123 abcd1234 access account action adidas admin
adminadmin administrator airborne airforce alabama alaska albert alexander alexandra alexis alicia
allison alpha amanda amateur amazon amber america american andrea andrew angel angela angelina angels
animal anthony antonio apple apples april arizona army armystrong arsenal arthur asd123 asdf1234
asdfghjkl1 ashley asshole august austin autumn baby babyboy babygirl bailey banana bandit barbara
barcelona barney baseball basketball batman beautiful beaver bella benjamin bigdaddy bigdick bigdog billy
birdie bitch black blackhawk blahblah blessed blink182 blue bonnie booboo booger boomer boston bowling
bradley brandon brandy braves brazil brian britney brittany broncos brooklyn brownie bubba bubbles buddy
bulldog bulldogs buster butterfly butthead california camaro cameron canada captain cardinal carlos
caroline carter casper cassie catherine celtic center changeit changeme charles charlie charlotte cheese
chelsea cherry chester chevy chicago chicken chocolate chris christian christina christine christmas
christopher claire classic claudia coffee college colorado columbia computer contrasena control cookie
cooper copper correcthorsebatterystaple corvette cowboy cowboys cricket crystal cynthia d1lakiss daddy
daisy dakota dallas daniel danielle david debbie december default delta dennis denver department destiny
dexter diablo diamond dolphin dolphins donald dorothy douglas dragon dragonfly dreams driver drowssap
eagle eagles edward einstein elephant elizabeth eminem england enter ernesto eugene everton evolution
extreme facebook faith falcon falcons family fender ferrari fireball firebird fireman fish fishing flower
flowers fluffy flyers football ford forever forgetit formula forrest france francis frank freddy freedom
friday friend friends fuckme fuckoff fuckyou gabriel gandalf garden gateway gators genesis george georgia
gerald germany giants ginger giovanni girls godisgood godzilla gold golden goldfish golf golfer goodluck
google google123 gordon grace grandma green gregory guest guitar gunner hahaha hammer hannah happy
hardcore harley harry hawaii heather heaven hello hello123 hellohello helpme hockey holiday hollywood
homer honey hooters hotdog hottie house houston hunter hunting icecream iceman iloveu iloveyou infantry
infinity internet ireland isabella jackass jackie jackson jaguar james january jasmine jason jasper
jennifer jeremy jessica jessie jesus jesuschrist johnny johnson jonathan jordan jordan23 joseph joshua
julian junior justice justin karen katherine kathleen kayla keyboard killer kimberly king kingkong kitten
kitty knight kristen ladies lakers lauren legend leonardo letmein letmein1 liberty liberty1 lifehack
lightning lincoln little liverpool lizard logitech london looking lorenzo louise lovely loveme loverboy
loveyou lucky maggie magic manager manchester margaret marina marine marines marlboro martha martin
marvin master matrix matthew maverick maxwell melanie melissa mercedes merlin metallica mexico michael
michele michelle michigan mickey midnight military miller minecraft missy mommy money monica monkey
monster montana morgan mother motorola mountain muffin murphy mustang mynoob mypassword naruto nascar
natalie natasha nathan navy navyseal nebraska newpass newpassword newyork nicholas nicole nintendo
nirvana nissan nothing november october oliver olivia online orange ou812 packers pakistan panther
panthers paradise parker pass passion passpass passw passw0rd passwd password password1 passwordpassword
passwort patches patrick patriot patriots patton peaches peanut pepper peter phantom phoenix picture
pirate playboy player please pokemon police porsche portugal power prayer preston prince princesa
princess public pumpkin purple pussy pussycat q1w2e3 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qaz123wsx qazwsx
qazwsxedc qazwsxedcrfv qwaszx qweasd qweasdzxc qwer1234 qwert qwerty qwertyasdf qwertyuiop qwertz rabbit
rachel raiders rainbow ranger rangers raymond rebecca redneck redskins redsox regina remember reveille
richard robert rocket rockstar rocky rolltide ronaldo root rosebud runner running russia sabrina saints
sakura samantha sammy samsung samuel sandra santiago sarah satan saturday scooter scorpion scotland scott
scout secret secure security september sergeant sexy shadow shannon sharon shelby sierra silver simple
simpsons slayer slipknot smokey snickers sniper snoopy snowball soccer soldier someday sophia sophie
spanky sparky spartan special spider spiderman spring squirt starbucks startrek starwars stealth steelers
stella stephanie steven stupid success sugar summer sunday sunflower sunshine super superman supersecret
superstar surfer survivor suzuki sweet sweetheart sweetie swordfish sydney system tanner target taylor
teacher temp temporary tennessee tennis teresa test tester testing testtest thebest theman thomas thumper
thunder thursday tiffany tiger tigers tigger tinkerbell titanic toyota training travis trinity trustno
trustno1 tucker tuesday turtle tweety twitter united unitedstates unknown usarmy user username usmarine
usmc usnavy vampire vanessa veronica veteran victor victoria victory viking vikings vincent virginia
voyager walker warrior warriors washington welcome welcome1 whatever william willie wilson winner winston
winter wizard wolf wolverine wonderful woodland wsxedc xavier yamaha yankee yankees yellow zachary
zaq12wsx zaq1xsw2 zaq1zaq1 zxcvbn zxcvbnm zxcvbnm1
"""

COMMON = frozenset(WORDS.split())

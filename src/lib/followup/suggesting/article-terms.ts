/** Words that speak for an article, chosen and written for this; in the form of `goal-terms.ts`. */
export const articleTerms = `
ICCPR-6 | right to life; killing*; killed; murder*; extrajudicial; execution*; death penalty; asesinat*; assassin*; derecho a la vida; droit a la vie; القتل; الحق في الحياه; عقوبه الاعدام
ICCPR-7 | torture*; ill treatment; tortura*; mauvais traitements; malos tratos; التعذيب; سوء المعامله
ICCPR-9 | arbitrary detention; arbitrar* arrest*; detained; imprison*; prison*; detencion arbitraria; detention arbitraire; emprisonn*; الاعتقال التعسفي; المعتقلين; ?arrest*; ?detention; ?detenid*
ICCPR-12 | travel ban*; freedom of movement; passport*; leave the country; prohibicion de viajar; interdiction de voyager; حظر السفر; حريه التنقل; ?visa*
ICCPR-14 | fair trial; judiciary; independence of judges; court*; due process; impunity; juicio justo; proces equitable; impunidad; impunite; محاكمه عادله; استقلال القضاء; الافلات من العقاب; ?judge*; ?lawyer*
ICCPR-17 | surveillance; privacy; spyware; vigilancia; vie privee; privacidad; المراقبه; الخصوصيه; برامج التجسس
ICCPR-18 | freedom of religion; freedom of conscience; religio*; conscience; libertad de religion; liberte de religion; حريه الدين
ICCPR-19 | freedom of expression; freedom of the press; press freedom; journalist*; censor*; access to information; libertad de expresion; liberte d expression; periodista*; journaliste*; حريه التعبير; الصحفيين; ?media; ?speech
ICCPR-20 | incitement; hate speech; discurso de odio; discours de haine; خطاب الكراهيه; ?hatred
ICCPR-21 | peaceful assembly; peaceful protest*; demonstration*; protest*; reunion pacifica; manifestacion*; manifestation*; التجمع السلمي; الاحتجاج*; المظاهرات
ICCPR-22 | freedom of association; civil society organi*; foreign funding law*; nongovernmental; libertad de asociacion; liberte d association; حريه تكوين الجمعيات; المجتمع المدني; civic space; espacio civico; espace civique
ICCPR-25 | election*; voting; right to vote; democra*; elecciones; الانتخابات; الديمقراطيه; public affairs; political participation
ICCPR-26 | discriminat*; equality before the law; equal protection; discriminacion*; التمييز; igualdad ante la ley; egalite devant la loi
ICCPR-27 | minorit*; minoria*; minorite*; الاقليات
ICESCR-6 | right to work; unemploy*; derecho al trabajo; droit au travail; الحق في العمل
ICESCR-7 | working conditions; fair wage*; minimum wage*; condiciones de trabajo; conditions de travail; ظروف العمل
ICESCR-8 | trade union*; right to strike; sindicat*; syndicat*; النقابات; الاضراب
ICESCR-9 | social security; social protection; seguridad social; securite sociale; الضمان الاجتماعي; الحمايه الاجتماعيه
ICESCR-11 | housing; evict*; right to food; hunger; right to water; drinking water; vivienda; logement; desaloj*; expulsions forcees; السكن; الاخلاء; الغذاء; المياه; land rights
ICESCR-12 | right to health; health care; healthcare; mental health; medical; salud; sante; الصحه; الرعايه الصحيه; ?health
ICESCR-13 | right to education; school*; education; educacion; ecole*; التعليم; المدارس
ICESCR-15 | culture; cultural rights; scientif*; derechos culturales; droits culturels; الحقوق الثقافيه
CEDAW-2 | discrimination against women; gender equality; equality of women; discriminacion contra la mujer; discrimination a l egard des femmes; المساواه بين الجنسين
CEDAW-5 | stereotyp*; estereotipo*; الصور النمطيه
CEDAW-7 | women in leadership; part in leadership; women s leadership; women s participation; participation of women; women in politics; liderazgo; femmes aux responsabilites; المراه في القياده; القياده
CEDAW-14 | rural women; mujeres rurales; femmes rurales; المراه الريفيه
CAT-2 | prevent torture; torture*; tortura; التعذيب
CAT-3 | refoulement; deport*; devolucion; expuls*; الاعاده القسريه
CRC-19 | violence against children; child abuse; violencia contra la ninez; violences faites aux enfants; العنف ضد الاطفال
CRC-28 | girls education; children in school; out of school
CRC-38 | child soldier*; children in armed conflict; ninos soldados; enfants soldats; تجنيد الاطفال
CRPD-9 | accessib*; accesibilidad
CRPD-29 | persons with disabilities; personas con discapacidad; personnes handicapees; الاشخاص ذوي الاعاقه
ICERD-2 | racis*; racial discrimination; discriminacion racial; discrimination raciale; العنصريه; التمييز العنصري
CED-1 | enforced disappearance*; disappeared; desaparicion* forzada*; desaparecid*; disparition* forcee*; الاختفاء القسري; المختفين
CED-24 | families of the disappeared; truth commission*; reparation*; familiares de desaparecid*; جبر الضرر
CMW-16 | migrant worker*; migrant*; trabajador* migrante*; travailleur* migrant*; العمال المهاجرين; المهاجرين
UDHR-14 | asylum; refugee*; asilo; refugiad*; asile; refugies; اللجوء; اللاجيين
UDHR-1 | every person; human dignity; todas las personas; toute personne; كل انسان; الكرامه
DHRD-1 | human rights defenders; right to defend; defensoras y defensores; personas defensoras; defenseurs; المدافعين
DHRD-5 | communicate with; network* of defenders; alliances; solidarity across borders; solidarity; solidaridad; solidarite; التضامن; تضامن
DHRD-8 | criticise; criticism of government*; criticar; النقد
DHRD-9 | observe trials; complaint*; legal aid; observar juicios
DHRD-12 | attack* against defenders; defenders who are attacked; attacked because; threat*; reprisal*; protection of defenders; amenaza*; menace*; represalia*; represailles; التهديدات; الاعتداء; حمايه المدافعين; ?attack*; ?protect*
DHRD-13 | funding; foreign funding; donor*; financiacion; financement; التمويل
`;

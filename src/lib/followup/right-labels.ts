/**
 * What an article is about, in our own few words: the key, a bar, then English, Spanish, French and Arabic. Several
 * instruments protect the same right, and then their articles have the same words.
 */
export const rightLabels = `
abolish-stereotypes | Stereotypes about women and men | Estereotipos sobre mujeres y hombres | Stéréotypes sur les femmes et les hommes | الصور النمطية عن النساء والرجال
accessibility | Accessibility | Accesibilidad | Accessibilité | سهولة الوصول
access-to-justice | Access to justice | Acceso a la justicia | Accès à la justice | الوصول إلى العدالة
adoption | Adoption | Adopción | Adoption | التبني
advancement-of-women | Full development of women | Pleno desarrollo de las mujeres | Plein épanouissement des femmes | النهوض الكامل بالمرأة
aims-of-education | What education is for | Fines de la educación | Buts de l’éducation | أهداف التعليم
arrest | No arbitrary arrest | Ninguna detención arbitraria | Pas d’arrestation arbitraire | لا اعتقال تعسفيًا
assembly | Peaceful assembly | Reunión pacífica | Réunion pacifique | التجمع السلمي
assembly-association | Peaceful assembly and association | Reunión pacífica y asociación | Réunion pacifique et association | التجمع السلمي وتكوين الجمعيات
association | Association and unions | Asociación y sindicatos | Association et syndicats | الجمعيات والنقابات
asylum | Asylum | Asilo | Asile | اللجوء
awareness | Raising awareness | Toma de conciencia | Sensibilisation | إذكاء الوعي
best-interests | The best interests of the child | Interés superior de la niñez | Intérêt supérieur de l’enfant | مصلحة الطفل الفضلى
better-standards | Where other law protects more | Donde otra norma protege más | Quand une autre règle protège mieux | حيث يحمي قانون آخر أكثر
birth-registration | Name, nationality, registration at birth | Nombre, nacionalidad y registro al nacer | Nom, nationalité et enregistrement à la naissance | الاسم والجنسية وتسجيل الولادة
child | Protection of every child | Protección de cada niña y niño | Protection de chaque enfant | حماية كل طفل
child-abduction | Children taken abroad | Traslado ilícito de niñas y niños | Déplacement illicite d’enfants | نقل الأطفال إلى الخارج دون حق
child-justice | Children and criminal law | Niñez y justicia penal | Justice pénale des mineurs | الأطفال والعدالة الجنائية
child-labour | Child labour | Trabajo infantil | Travail des enfants | عمل الأطفال
child-trafficking | Sale and trafficking of children | Venta y trata de niñas y niños | Vente et traite d’enfants | بيع الأطفال والاتجار بهم
children-disabilities | Children with disabilities | Niñas y niños con discapacidad | Enfants handicapés | الأطفال ذوو الإعاقة
children-of-disappeared | Children taken with the disappeared | Hijas e hijos de personas desaparecidas | Enfants de personnes disparues | أطفال المختفين قسرًا
collective-expulsion | No collective expulsion | Ninguna expulsión colectiva | Pas d’expulsion collective | لا طرد جماعيًا
complaints | Complaints, and safety of witnesses | Denuncias y protección de testigos | Plaintes et protection des témoins | الشكاوى وحماية الشهود
consular | Help from one’s consulate | Asistencia consular | Assistance consulaire | المساعدة القنصلية
crime-against-humanity | A crime against humanity | Crimen de lesa humanidad | Crime contre l’humanité | جريمة ضد الإنسانية
criminal-offence | A crime under the law | Delito según la ley | Infraction pénale | جريمة بحكم القانون
criminal-responsibility | Who is responsible | Quién responde | Qui en répond | من يتحمل المسؤولية
cultural-identity | Cultural identity | Identidad cultural | Identité culturelle | الهوية الثقافية
culture | Culture and science | Cultura y ciencia | Culture et science | الثقافة والعلم
culture-sport | Cultural life, leisure and sport | Vida cultural, ocio y deporte | Vie culturelle, loisirs et sport | الحياة الثقافية والترفيه والرياضة
debt | No prison for debt | Ninguna prisión por deudas | Pas de prison pour dette | لا سجن بسبب الدين
defend-rights | To defend human rights | Defender los derechos humanos | Défendre les droits humains | الدفاع عن حقوق الإنسان
defenders-communicate | To meet, associate and communicate | Reunirse, asociarse y comunicarse | Se réunir, s’associer, communiquer | الاجتماع والتنظيم والتواصل
definition | What the words mean | Qué significan las palabras | Ce que les mots veulent dire | معنى الكلمات
definition-disappearance | What enforced disappearance is | Qué es la desaparición forzada | Ce qu’est la disparition forcée | ما هو الاختفاء القسري
definition-torture | What torture is | Qué es la tortura | Ce qu’est la torture | ما هو التعذيب
departure-information | To be informed before leaving | Información antes de partir | Informations avant le départ | المعلومات قبل المغادرة
detainee-information | Families’ right to be told | Información a las familias | Informations dues aux familles | حق الأسر في المعلومات
detention-conditions | Humane treatment in detention | Trato humano en la detención | Traitement humain en détention | معاملة إنسانية في الاحتجاز
disability | Children with a disability | Niñez con discapacidad | Enfants en situation de handicap | الأطفال ذوو الإعاقة
documents-confiscated | No taking away of papers | Ninguna confiscación de documentos | Pas de confiscation des papiers | لا مصادرة للوثائق
documented | Further rights of those with papers | Otros derechos de quienes tienen papeles | Autres droits de ceux qui ont des papiers | حقوق إضافية لمن لديهم وثائق
drugs | Protection from drugs | Protección frente a las drogas | Protection contre les drogues | الحماية من المخدرات
due-limits | Limits only by law | Límites solo por ley | Limites par la loi seule | لا قيود إلا بقانون
duties | Duties to the community | Deberes hacia la comunidad | Devoirs envers la communauté | الواجبات نحو المجتمع
early-help | Habilitation and rehabilitation | Habilitación y rehabilitación | Adaptation et réadaptation | التأهيل وإعادة التأهيل
economic-social-women | Economic and social life | Vida económica y social | Vie économique et sociale | الحياة الاقتصادية والاجتماعية
education | Education | Educación | Éducation | التعليم
education-prejudice | Teaching against prejudice | Enseñanza contra los prejuicios | Enseigner contre les préjugés | التعليم ضد التحيز
education-primary | Free primary education | Educación primaria gratuita | Enseignement primaire gratuit | التعليم الابتدائي المجاني
emergency | States of emergency | Estados de excepción | États d’exception | حالات الطوارئ
emergency-care | Urgent medical care | Atención médica urgente | Soins médicaux urgents | الرعاية الطبية العاجلة
employment-choice | Free choice of work | Libre elección de trabajo | Libre choix du travail | حرية اختيار العمل
employment-women | Women at work | Mujeres en el trabajo | Femmes au travail | المرأة والعمل
end-discrimination | To end discrimination | Poner fin a la discriminación | Mettre fin aux discriminations | إنهاء التمييز
equal-before-law | Equality before the law | Igualdad ante la ley | Égalité devant la loi | المساواة أمام القانون
equal-racial | Equality in every right | Igualdad en cada derecho | Égalité dans chaque droit | المساواة في كل حق
equal-services | Schools, housing and health care | Escuela, vivienda y salud | École, logement et santé | المدارس والسكن والصحة
equal-women-men | Equality of women and men | Igualdad de mujeres y hombres | Égalité des femmes et des hommes | المساواة بين النساء والرجال
equal-work | Equality in pay and conditions | Igualdad de salario y condiciones | Égalité de salaire et de conditions | المساواة في الأجر والظروف
evolving-capacities | Guidance by parents | Guía de madres y padres | Conseils des parents | توجيه الوالدين
exploitation | Exploitation, violence and abuse | Explotación, violencia y abuso | Exploitation, violence et abus | الاستغلال والعنف والإساءة
expression | Opinion and expression | Opinión y expresión | Opinion et expression | الرأي والتعبير
expression-information | Expression and information | Expresión e información | Expression et information | التعبير والمعلومات
expulsion | Safeguards against expulsion | Garantías ante la expulsión | Garanties face à l’expulsion | ضمانات ضد الطرد
extradite-prosecute | To prosecute or to extradite | Juzgar o extraditar | Poursuivre ou extrader | المحاكمة أو التسليم
extradition | Extradition | Extradición | Extradition | تسليم المطلوبين
fair-trial | Fair trial | Juicio justo | Procès équitable | المحاكمة العادلة
family | Family and marriage | Familia y matrimonio | Famille et mariage | الأسرة والزواج
family-home | Home and family | Hogar y familia | Domicile et famille | البيت والأسرة
family-migrants | Unity of families | Unidad de las familias | Unité des familles | وحدة الأسر
family-mothers | Family, mothers and children | Familia, maternidad e infancia | Famille, mères et enfants | الأسرة والأمهات والأطفال
family-reunion | Families together again | Reunificación familiar | Réunification familiale | لم شمل الأسرة
family-stay | Stay after death or separation | Permanencia tras muerte o separación | Séjour après décès ou séparation | البقاء بعد الوفاة أو الانفصال
free-equal | Born free and equal | Nacer libres e iguales | Naître libres et égaux | أحرار ومتساوون منذ الولادة
funding | Funding for this work | Fondos para esta labor | Ressources pour cette action | تمويل هذا العمل
health | Health | Salud | Santé | الصحة
humanitarian | Danger and emergencies | Riesgo y emergencias | Risque et situations d’urgence | الخطر وحالات الطوارئ
humane-migration | Sound and humane migration | Migración digna y humana | Migration saine et humaine | هجرة سليمة وإنسانية
identity | Identity | Identidad | Identité | الهوية
independent-living | Living in the community | Vivir en la comunidad | Vivre dans la société | العيش في المجتمع
information-rights | Information about rights | Información sobre los derechos | Information sur les droits | المعلومات عن الحقوق
institutions-rights | Institutions that protect rights | Instituciones que protegen | Institutions qui protègent | مؤسسات تحمي الحقوق
integrity | Integrity of the person | Integridad personal | Intégrité de la personne | سلامة الشخص
international-cooperation | International cooperation | Cooperación internacional | Coopération internationale | التعاون الدولي
international-order | A world in which rights are real | Un orden en que los derechos valgan | Un ordre où les droits sont réels | نظام تتحقق فيه الحقوق
interrogation-review | Rules of questioning and custody | Reglas de interrogatorio y custodia | Règles d’interrogatoire et de garde | قواعد الاستجواب والحجز
investigation | Prompt investigation | Investigación pronta | Enquête rapide | تحقيق سريع
irregular-situation | Ending irregular situations | Fin de la situación irregular | Fin des situations irrégulières | إنهاء الأوضاع غير النظامية
jurisdiction | Which courts judge | Qué tribunales juzgan | Quels tribunaux jugent | أي محاكم تختص
law-of-state | Respect for the country’s law | Respeto de la ley del país | Respect de la loi du pays | احترام قانون البلد
leave-enter | To leave and to return | Salir y volver | Partir et revenir | المغادرة والعودة
legal-framework | Law as the ground for this work | La ley como marco de esta labor | Le droit, cadre de cette action | القانون إطار هذا العمل
liberty | Liberty and security | Libertad y seguridad | Liberté et sécurité | الحرية والأمان
life | Life | Vida | Vie | الحياة
life-child | Life, survival and development | Vida, supervivencia y desarrollo | Vie, survie et développement | الحياة والبقاء والنماء
life-liberty | Life, liberty and security | Vida, libertad y seguridad | Vie, liberté et sûreté | الحياة والحرية والأمان
limitation-period | Time limits of prosecution | Prescripción | Prescription | التقادم
living-working | Living and working conditions | Condiciones de vida y trabajo | Conditions de vie et de travail | ظروف العيش والعمل
living-standard | Food, housing, standard of living | Alimentación, vivienda, nivel de vida | Nourriture, logement, niveau de vie | الغذاء والسكن ومستوى المعيشة
make-known | Making rights known | Dar a conocer los derechos | Faire connaître les droits | التعريف بالحقوق
media | Media and information | Medios e información | Médias et information | الإعلام والمعلومات
minorities | Minorities | Minorías | Minorités | الأقليات
minorities-children | Children of minorities | Niñez de minorías y pueblos indígenas | Enfants de minorités et autochtones | أطفال الأقليات والشعوب الأصلية
mobility | Personal mobility | Movilidad personal | Mobilité personnelle | التنقل الشخصي
monitoring | Monitoring at home | Seguimiento nacional | Suivi national | الرصد الوطني
movement | Movement and residence | Circulación y residencia | Circulation et résidence | التنقل والإقامة
movement-nationality | Movement and nationality | Desplazamiento y nacionalidad | Circulation et nationalité | التنقل والجنسية
mutual-assistance | States helping each other | Asistencia entre Estados | Entraide entre États | التعاون القضائي بين الدول
nationality | Nationality | Nacionalidad | Nationalité | الجنسية
new-ideas | New ideas about rights | Nuevas ideas sobre los derechos | Idées nouvelles sur les droits | أفكار جديدة عن الحقوق
no-discrimination | No discrimination | No discriminación | Non-discrimination | عدم التمييز
no-disappearance | No one may be made to disappear | Nadie será objeto de desaparición | Nul ne doit être victime de disparition | لا يجوز إخفاء أحد قسرًا
no-status | No claim to a permit | Sin efecto sobre el permiso | Sans effet sur le titre de séjour | لا أثر على تصريح الإقامة
no-undoing | Nothing here may undo a right | Nada permite suprimir un derecho | Rien ne permet de supprimer un droit | لا شيء هنا يجيز هدم حق
non-retroactive | No punishment after the fact | Ninguna pena retroactiva | Pas de peine rétroactive | لا عقوبة بأثر رجعي
obligations | What states undertake | Lo que los Estados asumen | Ce à quoi les États s’engagent | ما تتعهد به الدول
orderly-return | Orderly return | Retorno ordenado | Retour ordonné | العودة المنظمة
parents | What parents and states owe | Obligaciones de familia y Estado | Rôle des parents et de l’État | مسؤوليات الوالدين والدولة
participation-public | Public affairs and elections | Asuntos públicos y elecciones | Affaires publiques et élections | الشؤون العامة والانتخابات
participation-criticism | To take part and to criticise | Participar y criticar | Participer et critiquer | المشاركة والنقد
participation-women | Political and public life | Vida política y pública | Vie politique et publique | الحياة السياسية والعامة
particular-categories | Particular kinds of workers | Categorías particulares de trabajo | Catégories particulières de travailleurs | فئات خاصة من العمال
penalties | Penalties | Penas | Peines | العقوبات
placement-review | Review of placement | Revisión del internamiento | Révision du placement | مراجعة الإيداع
play | Rest, play and culture | Descanso, juego y cultura | Repos, jeu et culture | الراحة واللعب والثقافة
prevention-torture | Prevention, without any exception | Prevención, sin excepción alguna | Prévention, sans aucune exception | الوقاية دون أي استثناء
principles | Principles | Principios | Principes | المبادئ
privacy | Privacy | Vida privada | Vie privée | الخصوصية
private-actors | Acts by others than the state | Actos de particulares | Actes de particuliers | أفعال غير الدولة
profession | To work in one’s profession | Ejercer la profesión | Exercer sa profession | ممارسة المهنة
property | Property | Propiedad | Propriété | الملكية
protection-defenders | Protest, and protection from attacks | Protesta y protección ante ataques | Protestation et protection contre les attaques | الاحتجاج والحماية من الاعتداء
public-understanding | States make rights understood | El Estado da a conocer los derechos | L’État fait comprendre les droits | الدولة تعرّف بالحقوق
purpose | Purpose | Propósito | Objet | الغرض
racist-propaganda | Racist propaganda | Propaganda racista | Propagande raciste | الدعاية العنصرية
recognition | Recognition as a person | Reconocimiento como persona | Reconnaissance comme personne | الاعتراف بالشخصية القانونية
recovery | Recovery after harm | Recuperación tras el daño | Réadaptation après un préjudice | التعافي بعد الأذى
recruitment | Recruitment | Contratación | Recrutement | الاستقدام
redress | Redress | Reparación | Réparation | جبر الضرر
refoulement | No return into danger | Ninguna devolución al peligro | Pas de renvoi vers le danger | لا إعادة إلى الخطر
refugees-children | Refugee children | Niñez refugiada | Enfants réfugiés | الأطفال اللاجئون
refuse-violations | Nobody has to take part in violations | Nadie ha de participar en violaciones | Nul n’a à participer à des violations | لا أحد ملزم بالمشاركة في الانتهاكات
release-verified | Release that can be verified | Liberación verificable | Libération vérifiable | إفراج يمكن التحقق منه
remedy | Effective remedy | Recurso efectivo | Recours effectif | سبيل انتصاف فعال
remedy-defenders | Remedy, complaint, observing trials | Recurso, denuncia y observación de juicios | Recours, plainte, observation de procès | الانتصاف والشكوى ومراقبة المحاكمات
repatriation-dead | Return of the dead | Repatriación de personas fallecidas | Rapatriement des défunts | إعادة المتوفين
residence-work | Residence and work permits | Residencia y permiso de trabajo | Séjour et permis de travail | تصاريح الإقامة والعمل
respect-remedy | To respect rights, and remedies | Respetar los derechos y remediar | Respecter les droits et y remédier | احترام الحقوق وسبل الانتصاف
rest | Rest and leisure | Descanso y tiempo libre | Repos et loisirs | الراحة وأوقات الفراغ
rural-women | Rural women | Mujeres rurales | Femmes rurales | المرأة الريفية
search-victims | Search for victims | Búsqueda de víctimas | Recherche des victimes | البحث عن الضحايا
secret-detention | No secret detention | Ninguna detención secreta | Pas de détention secrète | لا احتجاز سريًا
segregation | Segregation | Segregación | Ségrégation | الفصل العنصري
self-determination | Self-determination | Libre determinación | Autodétermination | تقرير المصير
separation | Separation from parents | Separación de la familia | Séparation des parents | الانفصال عن الوالدين
services-information | Services that inform and help | Servicios de información y ayuda | Services d’information et d’aide | خدمات الإعلام والمساعدة
sexual-exploitation | Sexual exploitation | Explotación sexual | Exploitation sexuelle | الاستغلال الجنسي
slavery | No slavery or forced labour | Ni esclavitud ni trabajo forzoso | Ni esclavage ni travail forcé | لا رق ولا سخرة
smuggling | Secret and irregular movements | Movimientos clandestinos | Mouvements clandestins | التنقلات السرية
social-protection | Standard of living, social protection | Nivel de vida y protección social | Niveau de vie et protection sociale | مستوى المعيشة والحماية الاجتماعية
social-security | Social security | Seguridad social | Sécurité sociale | الضمان الاجتماعي
special-measures | Measures that speed equality up | Medidas que aceleran la igualdad | Mesures qui accélèrent l’égalité | تدابير تعجل المساواة
state-duties | The duty of every state | El deber de cada Estado | Le devoir de chaque État | واجب كل دولة
statistics | Figures and data | Estadísticas y datos | Statistiques et données | الإحصاءات والبيانات
step-by-step | Step by step, without discrimination | Progresivamente, sin discriminación | Progressivement, sans discrimination | تدريجيًا ودون تمييز
suspects-custody | Custody of suspects | Custodia de sospechosos | Détention des suspects | التحفظ على المشتبه بهم
taxes | Taxes and customs | Impuestos y aduanas | Impôts et douanes | الضرائب والجمارك
temporary-absence | Temporary absence | Ausencia temporal | Absence temporaire | الغياب المؤقت
thought | Thought, conscience and religion | Pensamiento, conciencia y religión | Pensée, conscience et religion | الفكر والوجدان والدين
to-be-heard | To be heard | Ser escuchado | Être entendu | أن يُسمع رأيه
torture | No torture or cruelty | Ni tortura ni crueldad | Ni torture ni cruauté | لا تعذيب ولا قسوة
torture-evidence | No evidence got by torture | Ninguna prueba bajo tortura | Pas de preuve sous la torture | لا دليل يُنتزع بالتعذيب
torture-ill-treatment | Other cruel treatment | Otros tratos crueles | Autres traitements cruels | أشكال أخرى من المعاملة القاسية
trafficking-women | Trafficking and exploitation | Trata y explotación | Traite et exploitation | الاتجار والاستغلال
training | Training of officials | Formación de funcionarios | Formation des agents | تدريب الموظفين
transfer-earnings | Earnings and belongings | Ingresos y pertenencias | Gains et biens | المدخرات والممتلكات
truth | Truth and reparation | Verdad y reparación | Vérité et réparation | الحقيقة وجبر الضرر
unions-strike | Unions and strike | Sindicatos y huelga | Syndicats et grève | النقابات والإضراب
violence-children | Protection from violence | Protección frente a la violencia | Protection contre la violence | الحماية من العنف
war-children | Children in armed conflict | Niñez en conflictos armados | Enfants dans les conflits armés | الأطفال في النزاعات المسلحة
war-hatred | No call to war or hatred | Ninguna apología de la guerra o el odio | Ni appel à la guerre ni à la haine | لا دعوة إلى الحرب أو الكراهية
without-family | Children without their family | Niñez privada de su familia | Enfants privés de leur famille | الأطفال المحرومون من أسرهم
women-disabilities | Women with disabilities | Mujeres con discapacidad | Femmes handicapées | النساء ذوات الإعاقة
women-law | Equal legal standing of women | Igual capacidad jurídica de las mujeres | Égale capacité juridique des femmes | أهلية قانونية متساوية للمرأة
women-represent | To represent one’s country | Representar al propio país | Représenter son pays | تمثيل البلد دوليًا
work | Work | Trabajo | Travail | العمل
work-conditions | Just conditions of work | Condiciones de trabajo justas | Conditions de travail justes | ظروف عمل عادلة
work-union | Work, pay and unions | Trabajo, salario y sindicatos | Travail, salaire et syndicats | العمل والأجر والنقابات
personal-data | Use of data about the missing | Uso de datos de personas desaparecidas | Usage des données sur les disparus | استخدام بيانات المفقودين
information-limits | When information may be withheld | Cuándo se puede reservar información | Quand l’information peut être refusée | متى يجوز حجب المعلومات
obstruction | No obstruction of remedies | Ninguna traba a los recursos | Pas d’entrave aux recours | لا عرقلة لسبل الانتصاف
rights-education | Human rights education | Educación en derechos humanos | Éducation aux droits humains | التربية على حقوق الإنسان
no-state-support | No state support for violations | Ningún apoyo estatal a violaciones | Aucun soutien de l’État aux violations | لا دعم من الدولة للانتهاكات
`;
